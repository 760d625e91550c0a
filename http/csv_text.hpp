#pragma once

#include <string>
#include <vector>

namespace ringmaster::http {

/// A line of a CSV that is read by a program: every field quoted, nothing altered.
inline void add_csv_line(std::string& to, const std::vector<std::string>& fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    to += i == 0 ? "\"" : ",\"";
    for (char letter : fields[i]) {
      if (letter == '"')
        to += '"';
      to += letter;
    }
    to += '"';
  }
  to += "\r\n";
}

} // namespace ringmaster::http
