#include "http/pages.hpp"

#include <algorithm>
#include <string>

namespace ringmaster::http {

namespace {

/// Scripts, styles, images and connections of our own alone; a recording may
/// be played from where the carrier keeps it.
constexpr std::string_view content_security_policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
  "connect-src 'self'; worker-src 'self'; manifest-src 'self'; media-src 'self' https:; "
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

constexpr std::string_view no_dashboard =
  "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Ringmaster</title>"
  "<h1>Ringmaster is running</h1>"
  "<p>This program was built without its dashboard, because npm was not there. "
  "<code>make run</code> installs it and builds both.</p>"
  "<p>The API is at <a href=\"/v1\">/v1</a>.</p></html>\n";

std::string_view header_of(const incoming& request, const std::string& name) {
  auto found = request.headers.find(name);
  return found == request.headers.end() ? std::string_view{} : std::string_view{found->second};
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t";
  auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// Whether `accepted` (an Accept-Encoding) names `coding`, other than to refuse
/// it with a weight of zero.
bool takes(std::string_view accepted, std::string_view coding) {
  while (!accepted.empty()) {
    auto item = accepted.substr(0, accepted.find(','));
    accepted.remove_prefix(std::min(item.size() + 1, accepted.size()));
    auto semicolon = item.find(';');
    if (trimmed(item.substr(0, semicolon)) != coding)
      continue;
    auto weight = semicolon == std::string_view::npos ? std::string_view{}
                                                      : trimmed(item.substr(semicolon + 1));
    return !weight.starts_with("q=0")
           || weight.find_first_of("123456789") != std::string_view::npos;
  }
  return false;
}

struct coded {
  std::string_view name; // empty: as it is
  std::string_view bytes;
};

coded choose(const page& it, std::string_view accepted) {
  if (!it.brotli.empty() && takes(accepted, "br"))
    return {"br", it.brotli};
  if (!it.gzip.empty() && takes(accepted, "gzip"))
    return {"gzip", it.gzip};
  return {{}, it.plain};
}

/// Each coding is a thing of its own, and so has its own tag.
std::string tag_of(const page& it, const coded& as) {
  auto tag = '"' + std::string{it.tag};
  if (!as.name.empty())
    tag.append(1, '-').append(as.name);
  return tag + '"';
}

outgoing serve(const page& it, const incoming& request) {
  auto as = choose(it, header_of(request, "accept-encoding"));
  auto tag = tag_of(it, as);
  auto known = header_of(request, "if-none-match");
  bool same = known == "*" || known.find(tag) != std::string_view::npos;
  outgoing answer;
  answer.status = same ? 304 : 200;
  answer.headers = {
    {"ETag", tag},
    {"Cache-Control", it.lasting ? "public, max-age=31536000, immutable" : "no-cache"},
    {"Vary", "Accept-Encoding"},
    {"Content-Security-Policy", std::string{content_security_policy}},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"}};
  if (same)
    return answer;
  answer.headers.emplace_back("Content-Type", it.type);
  if (!as.name.empty())
    answer.headers.emplace_back("Content-Encoding", as.name);
  answer.body = as.bytes;
  return answer;
}

} // namespace

std::optional<outgoing> find_page(const incoming& request, std::span<const page> pages) {
  static constexpr page absent{
    .path = "/",
    .type = "text/html; charset=utf-8",
    .tag = "absent",
    .lasting = false,
    .plain = no_dashboard,
    .gzip = {},
    .brotli = {}};
  if (request.method != "GET")
    return std::nullopt;
  if (pages.empty() && request.path == absent.path)
    return serve(absent, request);
  auto found = std::ranges::find(pages, std::string_view{request.path}, &page::path);
  return found == pages.end() ? std::nullopt : std::optional{serve(*found, request)};
}

} // namespace ringmaster::http
