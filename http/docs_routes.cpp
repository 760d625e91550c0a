// The contract, and a page that draws it.
#include "http/embedded.hpp"
#include "http/router.hpp"

namespace ringmaster::http {

namespace {

/// The page needs its own script and style and the contract, and may ask
/// nobody else for anything.
constexpr std::string_view docs_policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; "
  "form-action 'none'; frame-ancestors 'none'";

handler file(std::string kind, std::string_view content) {
  return [kind = std::move(kind), content](const incoming&, const services&, reply answer) {
    answer(
      {.status = 200,
       .headers =
         {{"Content-Type", kind},
          {"Content-Security-Policy", std::string{docs_policy}},
          {"Cache-Control", "no-cache"}},
       .body = std::string{content},
       .stream = {}});
  };
}

} // namespace

std::vector<route> docs_routes() {
  constexpr bool open = true;
  using namespace embedded;
  return {
    {"GET", "/openapi.json", file("application/json", contract), {}, open},
    {"GET", "/docs", file("text/html; charset=utf-8", docs_page), {}, open},
    {"GET", "/docs.js", file("text/javascript; charset=utf-8", docs_script), {}, open},
    {"GET", "/docs.css", file("text/css; charset=utf-8", docs_style), {}, open}};
}

} // namespace ringmaster::http
