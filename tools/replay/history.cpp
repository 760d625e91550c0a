#include "tools/replay/history.hpp"

#include "app/progress_line.hpp"
#include "projections/library.hpp"
#include "projections/projection.hpp"
#include "store/fatal.hpp"

#include <utility>

namespace ringmaster::replay {

namespace {

class gathering {
public:
  gathering(const store::log_reader& log, const events::contact_key& contact)
    : log_{log}, contact_{stream_of(contact)}, campaign_{stream_of(contact.campaign)} {}

  void by_views(const projections::library_view& look, const events::contact_key& contact);
  void by_reading(std::uint64_t first);

  /// False if the views led past an event.
  [[nodiscard]] bool is_gapless() const {
    return gapless(found_.campaign) && gapless(found_.contact);
  }

  [[nodiscard]] contact_history take();

private:
  [[nodiscard]] static bool gapless(const std::vector<events::envelope>& stream);
  void read_steps(const std::vector<std::uint64_t>& positions);
  void read_attempts(const projections::contact_view& view);
  void note(std::optional<store::log_damage> damage);

  const store::log_reader& log_;
  events::stream_id contact_;
  events::stream_id campaign_;
  contact_history found_;
};

bool gathering::gapless(const std::vector<events::envelope>& stream) {
  for (std::size_t i = 0; i < stream.size(); ++i)
    if (stream[i].version != i + 1)
      return false;
  return true;
}

void gathering::note(std::optional<store::log_damage> damage) {
  if (damage && !found_.damage)
    found_.damage = std::move(damage);
}

void gathering::read_steps(const std::vector<std::uint64_t>& positions) {
  for (auto position : positions)
    note(log_.read(position, [&](events::envelope&& it) {
      found_.campaign.push_back(std::move(it));
      return false;
    }));
}

/// What follows an attempt's end is the next dial, and the views know where that
/// is; between the two may lie hours of other contacts.
void gathering::read_attempts(const projections::contact_view& view) {
  auto is_contact = [&](const events::stream_id& it) { return it == contact_; };
  for (std::size_t i = 0; i < view.runs.size(); ++i) {
    bool last = i + 1 == view.runs.size();
    note(log_.read(view.runs[i], is_contact, [&](events::envelope&& it) {
      bool over = std::holds_alternative<events::contact_retry_scheduled>(it.event);
      found_.contact.push_back(std::move(it));
      return last ? found_.contact.size() < view.version : !over;
    }));
  }
}

void gathering::by_views(
  const projections::library_view& look, const events::contact_key& contact) {
  read_steps(look.steps(contact.campaign));
  if (auto view = look.contact(contact))
    read_attempts(*view);
  by_reading(look.position() + 1);
}

void gathering::by_reading(std::uint64_t first) {
  app::progress_line progress{"reading", log_.last_position()};
  note(log_.read(
    first,
    [&, position = first](const events::stream_id& it) mutable {
      progress.show(position++);
      return it == contact_ || it == campaign_;
    },
    [&](events::envelope&& it) {
      (it.stream == contact_ ? found_.contact : found_.campaign).push_back(std::move(it));
      return true;
    }));
}

contact_history gathering::take() {
  note(log_.lost_end());
  (void)log_.read(log_.last_position(), [&](events::envelope&& it) {
    found_.as_of = it.recorded_at;
    return false;
  });
  return std::move(found_);
}

} // namespace

bool views_fit(const store::key_value& views, const store::log_reader& log) {
  auto at = projections::read_checkpoint(views);
  auto hash = at.position > 0 ? log.hash_at(at.position) : std::nullopt;
  return hash && at.format == projections::views_format && at.generation == log.generation()
         && at.chain_hash == std::string{hash->begin(), hash->end()};
}

namespace {

/// Nothing if the views do not know the way.
std::optional<contact_history> gather_by_views(
  const store::log_reader& log, const store::key_value& views, const events::contact_key& contact) {
  try {
    gathering guided{log, contact};
    if (!views_fit(views, log))
      return std::nullopt;
    guided.by_views(projections::library{views}.look(), contact);
    return guided.is_gapless() ? std::optional{guided.take()} : std::nullopt;
  } catch (const store::unreadable&) {
    return std::nullopt; // all of it is in the log too
  }
}

} // namespace

contact_history gather(
  const store::log_reader& log, const store::key_value* views, const events::contact_key& contact) {
  auto guided = views ? gather_by_views(log, *views, contact) : std::nullopt;
  if (guided)
    return *std::move(guided);
  gathering whole{log, contact};
  whole.by_reading(1);
  return whole.take();
}

} // namespace ringmaster::replay
