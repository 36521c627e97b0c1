// RapidJSON: the document, a reader whose events nobody hears, and the writer.

#ifdef __SSE4_2__
#define RAPIDJSON_SSE42
#endif
#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <memory>
#include <string>

#include "turns.hpp"

using turns::Work;

namespace {

constexpr unsigned strict =
    rapidjson::kParseValidateEncodingFlag | rapidjson::kParseFullPrecisionFlag;

void check(rapidjson::ParseErrorCode code) {
  if (code != rapidjson::kParseErrorNone) {
    throw std::runtime_error(rapidjson::GetParseError_En(code));
  }
}

uint64_t count(const rapidjson::Value &value) {
  uint64_t total = 1;
  if (value.IsArray()) {
    for (const auto &element : value.GetArray()) total += count(element);
  } else if (value.IsObject()) {
    for (const auto &member : value.GetObject()) total += count(member.value);
  }
  return total;
}

/// Parses into memory that is used again.
class Parser {
 public:
  explicit Parser(const std::string &bytes) : bytes_(bytes), pool_(bytes.size() * 8 + (1 << 16)) {}

  template <class Use>
  auto parse(Use use) {
    rapidjson::MemoryPoolAllocator<> allocator(pool_.data(), pool_.size());
    rapidjson::Document document(&allocator);
    document.Parse<strict>(bytes_.data(), bytes_.size());
    check(document.GetParseError());
    return use(document);
  }

 private:
  const std::string &bytes_;
  std::vector<char> pool_;
};

Work parse(const std::string &bytes, const std::string &) {
  auto parser = std::make_shared<Parser>(bytes);
  return {
      [parser] { parser->parse([](auto &document) { turns::keep(document.GetType()); }); },
      [parser] {
        return parser->parse([](auto &document) { return std::to_string(count(document)); });
      },
  };
}

Work validate(const std::string &bytes, const std::string &) {
  auto run = [&bytes] {
    rapidjson::MemoryStream memory(bytes.data(), bytes.size());
    rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream> input(memory);
    rapidjson::BaseReaderHandler<> nobody;
    rapidjson::Reader reader;
    check(reader.Parse<strict>(input, nobody).Code());
  };
  return {run, [run] { return run(), std::string("valid"); }};
}

Work write(const std::string &bytes, const std::string &) {
  auto document = std::make_shared<rapidjson::Document>();
  document->Parse<strict>(bytes.data(), bytes.size());
  check(document->GetParseError());
  auto output = std::make_shared<rapidjson::StringBuffer>();
  auto run = [document, output] {
    output->Clear();
    rapidjson::Writer<rapidjson::StringBuffer> writer(*output);
    if (!document->Accept(writer)) throw std::runtime_error("a value cannot be written");
    return output->GetSize();
  };
  return {
      [run] { turns::keep(run()); },
      [run, output] { return run(), std::string(output->GetString(), output->GetSize()); },
  };
}

}  // namespace

int main() {
  return turns::serve("rapidjson\t" RAPIDJSON_VERSION_STRING, {
                                                                  {"json parse", parse},
                                                                  {"json validate", validate},
                                                                  {"json write", write},
                                                              });
}
