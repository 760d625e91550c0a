#include "domain/csv_reader.hpp"

#include <csv.h>

#include <new>
#include <string>
#include <utility>
#include <vector>

namespace ringmaster::domain {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

int never(unsigned char) {
  return 0;
}

/// The beginning of `bytes` up to its first line end, or as much as is allowed.
std::string_view first_piece(std::string_view bytes, std::size_t at_most) {
  bytes = bytes.substr(0, at_most);
  auto line = bytes.substr(0, bytes.find('\n'));
  line = line.substr(0, line.find('\r'));
  return bytes.substr(0, line.size() + 1);
}

} // namespace

// The parser knows nothing of lines and buffers a field without a bound. So it
// is fed at most one line at a time, and no more of it than a field may have.
struct csv_reader::state {
  state(csv_limits limits_, on_row row_) : limits{limits_}, row{std::move(row_)} {
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
      throw std::bad_alloc{};
    csv_set_blk_size(&parser, 4096);
    csv_set_space_func(&parser, never);
  }
  state(const state&) = delete;
  state& operator=(const state&) = delete;
  ~state() { csv_free(&parser); }

  void read(std::string_view bytes) {
    while (!bytes.empty() && !done) {
      auto piece = first_piece(bytes, limits.max_field_bytes + 1);
      bytes.remove_prefix(piece.size());
      read_piece(piece);
    }
  }

  void read_piece(std::string_view piece) {
    bool ends_line = piece.back() == '\n' || piece.back() == '\r';
    bool second_half = after_carriage_return && piece.front() == '\n';
    if (row_begins)
      row_line = field_line = line;
    // An empty line is no row, and the LF of a CRLF is no line.
    if (!row_begins || !(ends_line && piece.size() == 1)) {
      row_begins = false;
      parse(piece);
    }
    if (ends_line && !second_half)
      ++line;
    after_carriage_return = piece.back() == '\r';
  }

  void parse(std::string_view piece) {
    while (!piece.empty() && !done) {
      auto used = csv_parse(&parser, piece.data(), piece.size(), on_field, on_row_end, this);
      piece.remove_prefix(used);
      // One more than a field may have: it may be the closing quote.
      if (parser.entry_pos > limits.max_field_bytes + 1)
        return fail(csv_trouble::field_too_long);
      if (!piece.empty() && !done)
        piece.remove_prefix(pass_stray_quote(piece));
    }
  }

  /// The parser stopped at what strict CSV forbids. A quote inside an unquoted
  /// field (`5" pipe`) is plain enough to everybody, and is taken as a letter.
  std::size_t pass_stray_quote(std::string_view piece) {
    if (csv_error(&parser) != CSV_EPARSE)
      throw std::bad_alloc{};
    if (parser.quoted != 0) {
      fail(csv_trouble::text_after_quote);
      return 0;
    }
    auto options = static_cast<unsigned char>(csv_get_opts(&parser));
    csv_set_opts(&parser, 0);
    csv_parse(&parser, piece.data(), 1, on_field, on_row_end, this);
    csv_set_opts(&parser, options);
    return 1;
  }

  void finish() {
    if (done)
      return;
    if (mark_bytes < byte_order_mark.size())
      read(byte_order_mark.substr(0, std::exchange(mark_bytes, byte_order_mark.size())));
    if (!done && csv_fini(&parser, on_field, on_row_end, this) != 0)
      fail(csv_trouble::unterminated_quote);
  }

  /// The mark may come in pieces as well.
  std::string_view without_mark(std::string_view bytes) {
    while (mark_bytes < byte_order_mark.size() && !bytes.empty()) {
      if (bytes.front() != byte_order_mark[mark_bytes]) {
        read(byte_order_mark.substr(0, std::exchange(mark_bytes, byte_order_mark.size())));
        break;
      }
      ++mark_bytes;
      bytes.remove_prefix(1);
    }
    return bytes;
  }

  void fail(csv_trouble what) {
    done = true;
    error = csv_failure{what, field_line};
  }

  static void on_field(void* text, std::size_t size, void* self) {
    auto& it = *static_cast<state*>(self);
    it.add_field({static_cast<const char*>(text), size});
  }

  static void on_row_end(int, void* self) { static_cast<state*>(self)->end_row(); }

  void add_field(std::string_view field) {
    if (done)
      return;
    if (field.size() > limits.max_field_bytes)
      return fail(csv_trouble::field_too_long);
    field_line = line;
    if (ends.size() == limits.max_fields)
      return;
    text.append(field);
    ends.push_back(text.size());
  }

  void end_row() {
    if (done)
      return;
    fields.clear();
    std::size_t begin = 0;
    for (auto end : ends) {
      fields.push_back(std::string_view{text}.substr(begin, end - begin));
      begin = end;
    }
    done = !row(row_line, fields);
    text.clear();
    ends.clear();
    row_begins = true;
  }

  csv_limits limits;
  on_row row;
  csv_parser parser{};
  bool done = false;
  std::optional<csv_failure> error;

  std::size_t mark_bytes = 0; // of the byte order mark that were there
  std::uint64_t line = 1;
  bool after_carriage_return = false;

  bool row_begins = true;
  std::uint64_t row_line{};
  std::uint64_t field_line{};
  std::string text; // the row's fields, one behind the other
  std::vector<std::size_t> ends;
  std::vector<std::string_view> fields;
};

csv_reader::csv_reader(csv_limits limits, on_row row)
  : state_{std::make_unique<state>(limits, std::move(row))} {}

csv_reader::~csv_reader() = default;

std::optional<csv_failure> csv_reader::read(std::string_view bytes) {
  state_->read(state_->without_mark(bytes));
  return state_->error;
}

std::optional<csv_failure> csv_reader::finish() {
  state_->finish();
  return state_->error;
}

} // namespace ringmaster::domain
