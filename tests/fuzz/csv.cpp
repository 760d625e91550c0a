// A contact list, whole and in pieces as the network brings it.
#include "domain/list_import.hpp"
#include "fuzz/promise.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

using namespace ringmaster;

namespace {

struct imported {
  std::vector<domain::contact_row> rows;
  std::vector<domain::rejected_row> rejects;
  std::string failure;
};

imported import_in_pieces(std::string_view bytes, std::size_t piece_bytes) {
  imported found;
  constexpr domain::import_limits limits{
    .max_rows = 1'000, .max_columns = 20, .max_field_bytes = 256};
  domain::list_import reading{
    "US",
    limits,
    {.accept = [&](domain::contact_row row) { found.rows.push_back(std::move(row)); },
     .reject = [&](domain::rejected_row row) { found.rejects.push_back(std::move(row)); }}};
  while (!bytes.empty() && reading.read(bytes.substr(0, piece_bytes)))
    bytes.remove_prefix(std::min(piece_bytes, bytes.size()));
  auto summary = reading.finish();
  if (reading.failure())
    found.failure = reading.failure()->reason;
  test::promise(summary || !found.failure.empty(), "a list is imported, or it is said why not");
  test::promise(
    !summary || (summary->rows == found.rows.size() && summary->rejected == found.rejects.size()),
    "every row is counted");
  return found;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0)
    return 0;
  std::string_view bytes{reinterpret_cast<const char*>(data + 1), size - 1};
  auto whole = import_in_pieces(bytes, size);
  auto pieces = import_in_pieces(bytes, data[0] % 7 + 1);
  test::promise(
    whole.failure == pieces.failure
      && (!whole.failure.empty() || (whole.rows == pieces.rows && whole.rejects == pieces.rejects)),
    "how a list is cut into pieces changes nothing");
  for (const auto& row : whole.rows)
    test::promise(row.phone_number.starts_with('+'), "numbers are in E.164");
  return 0;
}
