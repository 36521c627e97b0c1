// libcbor: loading into items, and serialising them.

#include <cbor.h>

#include <memory>
#include <string>

#include "turns.hpp"

using turns::Work;

namespace {

uint64_t count(cbor_item_t *item) {
  uint64_t total = 1;
  if (cbor_isa_array(item)) {
    for (size_t i = 0; i < cbor_array_size(item); i++) total += count(cbor_array_handle(item)[i]);
  } else if (cbor_isa_map(item)) {
    for (size_t i = 0; i < cbor_map_size(item); i++) total += count(cbor_map_handle(item)[i].value);
  }
  return total;
}

using Item = std::shared_ptr<cbor_item_t>;

Item load(const std::string &bytes) {
  cbor_load_result result;
  auto *item = cbor_load(reinterpret_cast<cbor_data>(bytes.data()), bytes.size(), &result);
  if (!item) throw std::runtime_error("the bytes are no CBOR");
  return Item(item, [](cbor_item_t *gone) { cbor_decref(&gone); });
}

Work parse(const std::string &bytes, const std::string &) {
  return {
      [&bytes] { turns::keep(load(bytes)); },
      [&bytes] { return std::to_string(count(load(bytes).get())); },
  };
}

Work write(const std::string &bytes, const std::string &) {
  const auto item = load(bytes);
  auto output = std::make_shared<std::vector<unsigned char>>(bytes.size() * 2 + 64);
  auto run = [item, output] {
    const auto written = cbor_serialize(item.get(), output->data(), output->size());
    if (written == 0) throw std::runtime_error("the item does not fit");
    return written;
  };
  return {
      [run] { turns::keep(run()); },
      [run, output] {
        const auto written = run();
        return std::string(output->begin(), output->begin() + written);
      },
  };
}

}  // namespace

#define TEXT(x) #x
#define VERSION(a, b, c) TEXT(a) "." TEXT(b) "." TEXT(c)

int main() {
  return turns::serve(
      "libcbor\t" VERSION(CBOR_MAJOR_VERSION, CBOR_MINOR_VERSION, CBOR_PATCH_VERSION),
      {
          {"cbor parse", parse},
          {"cbor write", write},
      });
}
