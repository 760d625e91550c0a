// A data directory on disk with a log that a test tells event by event.
#pragma once

#include "projections/given_log.hpp"
#include "projections/refold.hpp"
#include "store/journal.hpp"
#include "store/views.hpp"
#include "support/temporary_directory.hpp"
#include "tools/replay/common.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <variant>

namespace ringmaster::test {

struct given_data {
  given_data() { with.data = home.path(); }

  /// Writes the events that the log on disk does not have yet.
  void write(const given_log& log) {
    auto opened = store::journal::open(with.journal(), {});
    REQUIRE(std::holds_alternative<std::unique_ptr<store::journal>>(opened));
    auto& journal = *std::get<std::unique_ptr<store::journal>>(opened);
    journal.look_up_versions_with([&](const events::stream_id& stream) { return written[stream]; });
    for (const auto& it : log.all().subspan(journal.head().position)) {
      store::append one{
        .stream = it.stream,
        .expected_version = it.version - 1,
        .events = {it.event},
        .actor = it.actor};
      REQUIRE(journal.write(std::vector{one}, it.recorded_at).committed.size() == 1);
      written[it.stream] = it.version;
    }
  }

  /// Folds all of the log into the views' directory, as the server would.
  void fold_views() {
    auto rows = open_views();
    auto log = replay::open_log(with);
    projections::refold work{*rows, log->generation(), [&](std::uint64_t position) {
                               auto hash = log->hash_at(position).value();
                               return std::string{hash.begin(), hash.end()};
                             }};
    CHECK_FALSE(
      log->read(projections::read_checkpoint(*rows).position + 1, [&](events::envelope&& it) {
        work.add(std::move(it));
        return true;
      }));
    work.finish();
  }

  std::unique_ptr<store::key_value> open_views() {
    auto opened = store::open_views(with.data / "views");
    REQUIRE(std::holds_alternative<std::unique_ptr<store::key_value>>(opened));
    return std::get<std::unique_ptr<store::key_value>>(std::move(opened));
  }

  temporary_directory home;
  replay::common with;
  std::map<events::stream_id, std::uint64_t> written;
};

} // namespace ringmaster::test
