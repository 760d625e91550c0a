// The dashboard's files, as they go over HTTP.
#pragma once

#include "http/message.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace ringmaster::http {

/// One file of the dashboard, in the codings it is kept in. What it points to
/// lives as long as the process.
struct page {
  std::string_view path; // as asked for: "/", "/assets/index-CLh2x0.js"
  std::string_view type; // its Content-Type
  std::string_view tag;  // changes with the content; letters and digits
  bool lasting = false;  // another content would have another path
  std::string_view plain;
  std::string_view gzip;   // empty: no smaller than plain
  std::string_view brotli; // empty: no smaller than plain
};

/// The file that `request` asks for, in a coding that it takes; 304 if the
/// client has it. Only what is in `pages` can be had: no path reaches a disk.
/// Without any pages, `/` says how to get them. Nothing: it names no page.
[[nodiscard]] std::optional<outgoing>
find_page(const incoming& request, std::span<const page> pages);

} // namespace ringmaster::http
