#include "app/intake.hpp"

#include "domain/csv_field.hpp"
#include "domain/match.hpp"

#include <optional>
#include <string>
#include <utility>

namespace ringmaster::app {

namespace {

constexpr std::size_t rejects_shown = 1'000;

std::string csv_line(const domain::rejected_row& it) {
  auto first = it.first_line == 0 ? std::string{} : std::to_string(it.first_line);
  return std::to_string(it.line) + ',' + domain::csv_field(it.column) + ',' + it.reason + ','
         + domain::csv_field(it.value) + ',' + first + "\r\n";
}

class intake : public http::upload {
public:
  intake(
    store::vault& vault,
    actors::doorway& engine,
    events::contact_list_id list,
    options how,
    http::origin by)
    : engine_{engine}, list_{list}, how_{std::move(how)}, by_{std::move(by)},
      writer_{vault.begin_list(list)},
      import_{
        how_.default_country,
        {},
        {.accept = [this](domain::contact_row row) { writer_->add(row); },
         .reject = [this](domain::rejected_row row) { keep(std::move(row)); }}} {}

  bool write(std::string_view bytes) override { return import_.read(bytes); }

  void finish(
    std::optional<events::request_mark> mark,
    std::function<void(std::variant<report, domain::import_failure, http::command_unavailable>)>
      done) override {
    auto summary = import_.finish();
    if (!summary)
      return done(*import_.failure());
    report result{
      .stored = {},
      .position = 0,
      .summary = *std::move(summary),
      .first_rejects = std::move(rejects_)};
    bool wanted = how_.skip_invalid || result.summary.rejected == 0;
    if (!wanted || result.summary.rows == 0) {
      writer_.reset();
      return done(std::move(result));
    }
    // Rows first, then the fact: after a crash in between, a sweep finds rows
    // that no event names, and removes them.
    writer_->commit();
    by_.request = std::move(mark);
    record(std::move(result), std::move(done));
  }

private:
  void keep(domain::rejected_row row) {
    if (rejects_.empty())
      writer_->add_reject("line,column,reason,value,first_line\r\n");
    writer_->add_reject(csv_line(row));
    if (rejects_.size() < rejects_shown)
      rejects_.push_back(std::move(row));
  }

  void record(
    report result,
    std::function<void(std::variant<report, domain::import_failure, http::command_unavailable>)>
      done) {
    events::contact_list_uploaded uploaded{
      .list = list_,
      .name = how_.name,
      .rows = result.summary.rows,
      .rejected = result.summary.rejected,
      .file_sha256 = result.summary.file_sha256,
      .columns = result.summary.columns};
    engine_.record(
      events::stream_of(list_),
      uploaded,
      {.actor = by_.actor, .correlation = by_.correlation, .request = by_.request},
      [uploaded, result = std::move(result), done = std::move(done)](actors::answer what) mutable {
        match(
          std::move(what),
          [&](const actors::done& it) {
            result.stored = std::move(uploaded);
            result.position = it.position;
            done(std::move(result));
          },
          [&](domain::refusal why) {
            done(http::command_unavailable{std::string{domain::to_string(why)}});
          },
          [&](actors::unavailable why) { done(http::command_unavailable{std::move(why.why)}); });
      });
  }

  actors::doorway& engine_;
  events::contact_list_id list_;
  options how_;
  http::origin by_;
  std::optional<store::vault::list_writer> writer_;
  std::vector<domain::rejected_row> rejects_;
  domain::list_import import_;
};

} // namespace

std::unique_ptr<http::upload> begin_intake(
  store::vault& vault,
  actors::doorway& engine,
  events::contact_list_id list,
  http::upload::options options,
  http::origin by) {
  return std::make_unique<intake>(vault, engine, list, std::move(options), std::move(by));
}

} // namespace ringmaster::app
