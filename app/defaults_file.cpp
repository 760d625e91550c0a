#include "app/defaults_file.hpp"

#include "http/campaign_body.hpp"

#include <fstream>
#include <iterator>

namespace ringmaster::app {

std::variant<events::campaign_settings, std::string>
load_campaign_defaults(const std::filesystem::path& path, events::instant now) {
  if (path.empty())
    return http::built_in_defaults();
  std::ifstream file{path};
  std::string text{std::istreambuf_iterator<char>{file}, {}};
  auto read = http::read_defaults(text, now);
  if (const auto* why = std::get_if<std::string>(&read))
    return path.string() + ": " + *why;
  return read;
}

} // namespace ringmaster::app
