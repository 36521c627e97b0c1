// msgpack-c: unpacking into objects of a zone, and packing them.

#include <msgpack.h>

#include <memory>
#include <string>

#include "turns.hpp"

using turns::Work;

namespace {

uint64_t count(const msgpack_object &value) {
  uint64_t total = 1;
  if (value.type == MSGPACK_OBJECT_ARRAY) {
    for (uint32_t i = 0; i < value.via.array.size; i++) total += count(value.via.array.ptr[i]);
  } else if (value.type == MSGPACK_OBJECT_MAP) {
    for (uint32_t i = 0; i < value.via.map.size; i++) total += count(value.via.map.ptr[i].val);
  }
  return total;
}

/// A zone that is cleared and used again, and the object in it.
struct Unpacker {
  explicit Unpacker(const std::string &bytes) : bytes(bytes) {
    if (!msgpack_zone_init(&zone, 1 << 20)) throw std::bad_alloc();
  }
  ~Unpacker() { msgpack_zone_destroy(&zone); }

  void run() {
    size_t offset = 0;
    msgpack_zone_clear(&zone);
    const auto result = msgpack_unpack(bytes.data(), bytes.size(), &offset, &zone, &object);
    if (result != MSGPACK_UNPACK_SUCCESS) throw std::runtime_error("the bytes are no MessagePack");
  }

  const std::string &bytes;
  msgpack_zone zone{};
  msgpack_object object{};
};

Work parse(const std::string &bytes, const std::string &) {
  auto unpacker = std::make_shared<Unpacker>(bytes);
  return {
      [unpacker] { unpacker->run(); },
      [unpacker] { return unpacker->run(), std::to_string(count(unpacker->object)); },
  };
}

Work write(const std::string &bytes, const std::string &) {
  auto unpacker = std::make_shared<Unpacker>(bytes);
  unpacker->run();
  std::shared_ptr<msgpack_sbuffer> output(msgpack_sbuffer_new(), msgpack_sbuffer_free);
  auto run = [unpacker, output] {
    msgpack_sbuffer_clear(output.get());
    msgpack_packer packer;
    msgpack_packer_init(&packer, output.get(), msgpack_sbuffer_write);
    if (msgpack_pack_object(&packer, unpacker->object)) throw std::bad_alloc();
  };
  return {run, [run, output] { return run(), std::string(output->data, output->size); }};
}

}  // namespace

int main() {
  return turns::serve("msgpack-c\t" MSGPACK_VERSION, {
                                                         {"messagepack parse", parse},
                                                         {"messagepack unchecked parse", parse},
                                                         {"messagepack write", write},
                                                     });
}
