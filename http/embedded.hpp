// Files of this folder that the program carries with it.
#pragma once

#include <string_view>

namespace ringmaster::http::embedded {

extern const std::string_view contract; // openapi.json
extern const std::string_view docs_page;
extern const std::string_view docs_script;
extern const std::string_view docs_style;

} // namespace ringmaster::http::embedded
