// A request's target: what stands behind the method, and in the handshake of a live
// feed. Messages on a live feed are read and thrown away.
#include "fuzz/promise.hpp"
#include "http/json_reader.hpp"
#include "http/target.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace ringmaster;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto read = http::parse_target({reinterpret_cast<const char*>(data), size});
  if (const auto* why = std::get_if<http::problem>(&read)) {
    test::promise(
      why->status >= 400 && why->status < 500, "what cannot be read is the client's fault");
    return 0;
  }
  auto& it = std::get<http::target>(read);
  test::promise(it.path.starts_with('/'), "a path begins at the root");
  http::incoming request{.method = "GET", .path = it.path, .query = it.query};
  http::faults wrong;
  http::query_reader query{request, wrong};
  test::promise(query.limit() >= 1, "a page has room for something");
  (void)query.cursor();
  (void)query.text("q");
  (void)query.choice("order", {"asc", "desc"});
  if (wrong.any())
    test::promise(wrong.as_problem().status < 500, "a wrong parameter is the client's fault");
  return 0;
}
