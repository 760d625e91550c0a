// What people gave us: contact rows, transcripts, gathered contexts. Durable
// and erasable; the log names it and never holds it.
#pragma once

#include "domain/contact_row.hpp"
#include "events/call.hpp"
#include "events/ids.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace ringmaster::store {

/// Thread safe but for `list_writer`, which has one owner. An I/O error ends
/// the process (`fatal`).
class vault {
public:
  [[nodiscard]] static std::variant<std::unique_ptr<vault>, std::string>
  open(const std::filesystem::path& directory);
  ~vault();

  /// For another process than the server's: writes nothing, and shows what was
  /// there when it was opened.
  [[nodiscard]] static std::variant<std::unique_ptr<const vault>, std::string>
  open_read_only(const std::filesystem::path& directory);

  /// A list on its way in: rows go to sorted files beside the database and
  /// appear in it at once with `commit`. Dropped without `commit`, it leaves
  /// nothing behind; after a crash `sweep` removes what it left.
  class list_writer {
  public:
    list_writer(list_writer&&) noexcept;
    ~list_writer();
    void add(const domain::contact_row& row); // gets the next row number, from 1
    /// A line of the rejects file (as CSV, with its line end), kept beside the rows.
    void add_reject(std::string_view csv_line);
    /// On return rows and rejects are durable.
    void commit();

  private:
    friend class vault;
    struct state;
    explicit list_writer(std::unique_ptr<state> made);
    std::unique_ptr<state> state_;
  };

  [[nodiscard]] list_writer begin_list(events::contact_list_id list);

  /// Removes rows and files of every list that `known` does not know: uploads
  /// that the power cut short. Call before serving.
  void sweep(const std::function<bool(events::contact_list_id)>& known);

  [[nodiscard]] std::optional<domain::contact_row>
  row(events::contact_list_id list, std::uint32_t row) const;

  /// Rows from `first` on, at most `most`, in order, without those that were erased.
  [[nodiscard]] std::vector<std::pair<std::uint32_t, domain::contact_row>>
  rows(events::contact_list_id list, std::uint32_t first, std::size_t most) const;

  /// Every row, of any list, that has this number (E.164). Reads the whole vault.
  [[nodiscard]] std::vector<std::pair<events::contact_list_id, std::uint32_t>>
  rows_with(std::string_view phone_number) const;

  /// Gives the next piece of a file; nothing at its end.
  using file_reader = std::function<std::optional<std::string>()>;

  /// The rejects file; nothing if the list has none.
  [[nodiscard]] std::optional<file_reader> open_rejects(events::contact_list_id list) const;

  struct result {
    events::attempt_key attempt;
    events::call_result what;
  };

  /// On return they are on disk (one sync for all). Same attempt, same result:
  /// writing twice is harmless.
  void put_results(std::span<const result> results);
  [[nodiscard]] std::optional<events::call_result>
  result_of(const events::attempt_key& attempt) const;

  /// An erasure has these steps, in this order; from the first of them on a
  /// crash leaves it begun, to be gone through again. One thread at a time.
  struct erasure {
    events::contact_list_id list;
    std::uint32_t row = 0;
    std::string by; // who asked for it, as the log names people
  };
  void begin_erasure(const erasure& what);
  /// Lines of any list's rejects that hold the number, however it was written.
  void erase_rejects(std::string_view phone_number);
  void erase_row(events::contact_list_id list, std::uint32_t row);
  void erase_results(const events::contact_key& contact);
  /// On return no file holds what the steps before removed, but for files that
  /// somebody is just reading.
  void finish_erasure(const erasure& what);

  [[nodiscard]] std::vector<erasure> begun_erasures() const;
  [[nodiscard]] bool is_erased(events::contact_list_id list, std::uint32_t row) const;

private:
  struct state;
  explicit vault(std::unique_ptr<state> made);
  std::unique_ptr<state> state_;
};

} // namespace ringmaster::store
