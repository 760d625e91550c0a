#include "domain/csv_field.hpp"

namespace ringmaster::domain {

namespace {

bool is_phone_number(std::string_view text) {
  return text.size() > 1 && text.front() == '+'
         && text.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

bool looks_like_formula(std::string_view text) {
  return !text.empty() && std::string_view{"=+-@\t\r"}.find(text.front()) != std::string_view::npos
         && !is_phone_number(text);
}

} // namespace

std::string csv_field(std::string_view text) {
  std::string field = looks_like_formula(text) ? "'" : "";
  if (text.find_first_of(",\"\r\n") == std::string_view::npos)
    return field.append(text);
  field.insert(field.begin(), '"');
  for (char letter : text) {
    if (letter == '"')
      field += '"';
    field += letter;
  }
  return field + '"';
}

} // namespace ringmaster::domain
