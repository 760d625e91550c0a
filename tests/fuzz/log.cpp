// A record of the log, as a broken disk or a wicked hand leaves it.
#include "events/codec.hpp"
#include "fuzz/promise.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace ringmaster;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes{reinterpret_cast<const char*>(data), size};
  auto read = events::decode(bytes);
  (void)events::peek_stream(bytes);
  if (!read)
    return 0;
  auto again = events::decode(events::encode(*read));
  test::promise(again == read, "what was read is written and read as the same");
  (void)events::to_json(*read);
  return 0;
}
