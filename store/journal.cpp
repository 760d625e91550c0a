#include "store/journal.hpp"

#include "events/codec.hpp"
#include "store/fatal.hpp"
#include "store/log_storage.hpp"
#include "store/log_table.hpp"
#include "store/recent_versions.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <utility>

namespace ringmaster::store {

namespace {

events::envelope decode_or_die(std::uint64_t position, std::string_view bytes) {
  auto event = events::decode(bytes);
  if (!event || event->position != position)
    fatal("reading the log", "cannot decode the event at position " + std::to_string(position));
  return *std::move(event);
}

} // namespace

std::string_view to_string(append_refusal it) {
  switch (it) {
  case append_refusal::conflict: return "conflict";
  case append_refusal::busy: return "busy";
  }
  return "unknown";
}

struct journal::state {
  explicit state(std::unique_ptr<log_storage> kept_in)
    : storage{std::move(kept_in)}, head{storage->about().head}, versions_complete_after{
                                                                  head.position} {}

  [[nodiscard]] journal_head last() const {
    std::lock_guard held{lock};
    return head;
  }

  [[nodiscard]] std::uint64_t version_of(const events::stream_id& stream) const;
  [[nodiscard]] append_answer add(const append& what, batch& open);
  void add(events::envelope event, batch& open);
  void commit(const journal_head& reached);
  void measure(const batch& what);

  journal_measures measures;
  std::unique_ptr<log_storage> storage;
  chain_hasher chain; // the writer's

  // The writer moves these while others ask, and who asks must not wait behind
  // a sync: so a lock that is held for moments.
  mutable std::mutex lock;
  journal_head head;
  recent_versions versions;
  std::uint64_t versions_complete_after; // `versions` has every stream written after it
  std::shared_ptr<const version_lookup> lookup;
};

std::uint64_t journal::state::version_of(const events::stream_id& stream) const {
  std::shared_ptr<const version_lookup> ask;
  {
    std::lock_guard held{lock};
    if (auto version = versions.find(stream))
      return *version;
    if (versions_complete_after == 0)
      return 0;
    ask = lookup;
  }
  if (!ask || !*ask)
    fatal("appending", "nobody knows the version of " + events::to_string(stream));
  return (*ask)(stream);
}

append_answer journal::state::add(const append& what, batch& open) {
  if (what.events.empty())
    fatal("appending", "no events for " + events::to_string(what.stream));
  auto version = version_of(what.stream);
  if (what.expected_version != any_version && version != what.expected_version)
    return append_refusal::conflict;
  auto first = open.head.position + 1;
  for (const auto& it : what.events) {
    events::envelope event{
      .position = open.head.position + 1,
      .stream = what.stream,
      .version = ++version,
      .recorded_at = open.head.recorded_at,
      .actor = what.actor,
      .correlation = what.correlation,
      .causation = what.causation,
      .writer_epoch = storage->about().epoch,
      .request = &it == what.events.data() ? what.request : std::nullopt,
      .event = it};
    add(std::move(event), open);
  }
  std::lock_guard held{lock};
  versions.set(what.stream, version, open.head.position);
  return receipt{first, open.head.position, version};
}

void journal::state::add(events::envelope event, batch& open) {
  auto bytes = events::encode(event);
  open.head.position = event.position;
  open.head.hash = chain.next(open.head.hash, bytes);
  storage->add(event.position, {open.head.hash, bytes});
  open.committed.push_back(std::move(event));
}

void journal::state::measure(const batch& what) {
  for (const auto& it : what.answers) {
    const auto* why = std::get_if<append_refusal>(&it);
    auto& count = !why                               ? measures.appends
                  : *why == append_refusal::conflict ? measures.conflicts
                                                     : measures.busy;
    count.add();
  }
  if (what.committed.empty())
    return;
  measures.batch_events.observe(static_cast<double>(what.committed.size()));
  for (const auto& it : what.committed) {
    measures.events[it.event.index()].add();
    if (const auto* end = std::get_if<events::contact_attempt_ended>(&it.event))
      measures.outcomes[static_cast<std::size_t>(end->outcome)].add();
  }
}

void journal::state::commit(const journal_head& reached) {
  auto began = std::chrono::steady_clock::now();
  storage->commit(reached.position);
  std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  measures.commit_seconds.observe(took.count());
  std::lock_guard held{lock};
  head = reached;
}

journal::journal(std::unique_ptr<state> made) : state_{std::move(made)} {}

journal::~journal() = default;

std::variant<std::unique_ptr<journal>, std::string>
journal::open(const std::filesystem::path& directory, const journal_options& options) {
  auto opened = log_table::open(directory, options.reserve_bytes);
  if (auto* why = std::get_if<std::string>(&opened))
    return std::move(*why);
  return over(std::get<std::unique_ptr<log_table>>(std::move(opened)));
}

std::unique_ptr<journal> journal::over(std::unique_ptr<log_storage> storage) {
  return std::unique_ptr<journal>{new journal{std::make_unique<state>(std::move(storage))}};
}

journal::batch journal::write(std::span<const append> appends, events::instant now) {
  batch open;
  auto before = state_->last();
  open.head = before;
  bool has_room = state_->storage->has_room();
  open.head.recorded_at = std::max(now, before.recorded_at);
  open.answers.reserve(appends.size());
  for (const auto& it : appends)
    open.answers.push_back(has_room || !it.new_work ? state_->add(it, open) : append_refusal::busy);
  if (open.committed.empty())
    open.head = before;
  else
    state_->commit(open.head);
  state_->measure(open);
  return open;
}

const journal_measures& journal::measures() const {
  return state_->measures;
}

void journal::look_up_versions_with(version_lookup lookup) {
  auto shared = std::make_shared<const version_lookup>(std::move(lookup));
  std::lock_guard held{state_->lock};
  state_->lookup = std::move(shared);
}

void journal::forget_versions_up_to(std::uint64_t position) {
  std::lock_guard held{state_->lock};
  // What the open batch adds stands behind the head and is needed for its rest.
  auto until = std::min(position, state_->head.position);
  state_->versions.forget_up_to(until);
  state_->versions_complete_after = std::max(state_->versions_complete_after, until);
}

journal_head journal::head() const {
  return state_->last();
}

std::uint64_t journal::epoch() const {
  return state_->storage->about().epoch;
}

const std::string& journal::generation() const {
  return state_->storage->about().generation;
}

std::optional<chain_hash> journal::hash_at(std::uint64_t position) const {
  if (position > state_->last().position)
    return std::nullopt;
  chain_hash hash{};
  if (position != 0)
    state_->storage->scan(position, position, [&](std::uint64_t, const log_record& it) {
      hash = it.hash;
      return true;
    });
  return hash;
}

void journal::read(
  std::uint64_t first, const std::function<bool(events::envelope&&)>& visit) const {
  // Positions begin at 1. What is written while we read is for the next reader.
  auto from = std::max<std::uint64_t>(first, 1);
  auto last = state_->last().position;
  state_->storage->scan(from, last, [&](std::uint64_t position, const log_record& it) {
    return visit(decode_or_die(position, it.bytes));
  });
}

std::uint64_t journal::first_at_or_after(events::instant at) const {
  auto recorded_at = [&](std::uint64_t position) {
    events::instant when;
    state_->storage->scan(position, position, [&](std::uint64_t, const log_record& it) {
      when = decode_or_die(position, it.bytes).recorded_at;
      return true;
    });
    return when;
  };
  std::uint64_t first = 1;
  auto end = state_->last().position + 1;
  while (first < end) {
    auto middle = first + (end - first) / 2;
    if (recorded_at(middle) < at)
      first = middle + 1;
    else
      end = middle;
  }
  return first;
}

} // namespace ringmaster::store
