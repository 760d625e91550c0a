#include "simulation/world.hpp"

#include "domain/match.hpp"
#include "projections/folds.hpp"
#include "simulation/agents.hpp"
#include "simulation/disk.hpp"
#include "simulation/hook_desk.hpp"
#include "simulation/inspector.hpp"
#include "simulation/listener.hpp"
#include "simulation/process.hpp"
#include "simulation/requests.hpp"
#include "store/fatal.hpp"
#include "store/log_reader.hpp"
#include "store/log_table.hpp"
#include "store/verify.hpp"
#include "support/temporary_directory.hpp"
#include "telephony/dice.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <utility>

namespace ringmaster::simulation {

namespace {

using namespace std::chrono_literals;

/// Nobody needs longer once all is calm: five retries a week apart, and a week
/// until the window opens.
constexpr auto longest_calm = std::chrono::days{200};

/// Those of the plan are below.
constexpr std::uint64_t first_free_id = 10'000;

std::filesystem::path fast_directory() {
  std::filesystem::path memory{"/dev/shm"};
  return std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
}

template <class T>
std::unique_ptr<T> must(std::variant<std::unique_ptr<T>, std::string> opened) {
  if (const auto* why = std::get_if<std::string>(&opened))
    store::fatal("simulation", *why);
  return std::get<std::unique_ptr<T>>(std::move(opened));
}

class world {
public:
  world(const plan& of, disk_kind disk);

  outcome_of_run play();

  /// So far.
  [[nodiscard]] outcome_of_run outcome() const;

private:
  void keep_list(events::contact_list_id as, std::uint32_t contacts);
  void set_up();

  // Processes.
  void start();
  void bury();
  [[nodiscard]] std::unique_ptr<store::log_storage> open_log();
  void drain();
  bool begin_write();
  [[nodiscard]] std::optional<std::size_t> whose_turn();

  // What the plan has in store.
  void happen(const incident& it);
  void give(const order& it);
  void give(const trunk_edit& it);
  void ask(const question& it);
  void calm_everything();
  void step(instant limit);
  [[nodiscard]] std::optional<instant> next_event() const;
  void advance(duration by);

  // Looking on.
  void check();
  void check_the_end();
  [[nodiscard]] complaint real_log_verifies() const;
  [[nodiscard]] bool all_done() const;
  [[nodiscard]] instant engine_now() const { return timer_.now() + skew_; }
  void excuse_until(instant at) { excused_until_ = std::max(excused_until_, at + patience); }

  const plan& plan_;
  disk_kind kind_;
  test::manual_timer timer_;
  auditor auditor_;
  inspector inspector_;
  hook_desk hooks_;
  agents agents_;
  test::temporary_directory home_{fast_directory()};
  duration skew_{};
  telephony::dice order_; // of messages
  std::unique_ptr<store::vault> vault_;
  kept_log kept_;
  disk_faults faults_;
  duration each_write_{};
  instant disk_busy_until_{};
  instant disk_well_at_{};
  test::memory_key_value views_;
  std::shared_ptr<const test::memory_key_value::table> older_views_;
  carriers carriers_;
  std::uint64_t next_id_ = 1;
  std::unique_ptr<process> process_;
  std::vector<listener> listeners_; // before the process: they hang on it
  std::optional<instant> starts_at_;
  std::optional<crash> armed_;
  std::size_t next_incident_ = 0;
  instant calms_next_{};
  instant excused_until_{};
  std::uint64_t messages_ = 0;
  std::uint64_t processes_ = 0;
};

world::world(const plan& of, disk_kind disk)
  : plan_{of}, kind_{disk}, timer_{of.starts}, auditor_{of, [this] { return timer_.now(); }},
    inspector_{auditor_}, hooks_{of, timer_, auditor_},
    agents_{
      of,
      timer_,
      auditor_,
      [this] { return process_ && !process_->dead() ? process_.get() : nullptr; }},
    order_{of.order, {}}, vault_{must(store::vault::open(home_.path() / "vault"))},
    calms_next_{of.calms_down()} {
  faults_.before_write = [this] { return begin_write(); };
  faults_.written = [this](std::vector<events::envelope>&& all) {
    for (const auto& it : all)
      auditor_.recorded(it);
    if (armed_ && armed_->where == crash_point::after_a_write && armed_->countdown == 0)
      process_->die();
  };
  for (const auto& it : of.trunks)
    carriers_[it.as.trunk] = std::make_unique<carrier>(
      it,
      home_.path() / (to_string(it.as.trunk) + ".ledger"),
      timer_,
      [this] { return engine_now(); },
      auditor_,
      agents_);
  for (const auto& it : of.campaigns) {
    keep_list(it.list, it.contacts);
    listeners_.emplace_back(it.id, of.seed + it.id.value, auditor_);
  }
}

void world::keep_list(events::contact_list_id as, std::uint32_t contacts) {
  auto list = vault_->begin_list(as);
  for (std::uint32_t row = 1; row <= contacts; ++row)
    list.add({"+1415" + std::to_string(5'000'000 + row), {}});
  list.commit();
}

// -- processes -----------------------------------------------------------------------

std::unique_ptr<store::log_storage> world::open_log() {
  if (kind_ == disk_kind::memory)
    return with_faults(open_memory_log(kept_), faults_);
  return with_faults(must(store::log_table::open(home_.path() / "journal", 0)), faults_);
}

void world::start() {
  starts_at_.reset();
  ++processes_;
  machine on{
    .now = [this] { return engine_now(); },
    .vault = *vault_,
    .views = views_,
    .far_ends = carriers_,
    .hooks = hooks_,
    .new_id = [this] { return next_id_++; },
    .limits = plan_.limits};
  process_ = std::make_unique<process>(on, open_log());
}

void world::bury() {
  auto why = std::exchange(armed_, std::nullopt).value_or(crash{});
  for (auto& it : listeners_)
    it.cut();
  process_.reset();
  if (why.views_fall_back && older_views_)
    views_.restore(*older_views_);
  starts_at_ = timer_.now() + why.down_for;
  excuse_until(*starts_at_);
}

bool world::begin_write() {
  if (!process_ || process_->dead()) // it is being put away
    return false;
  disk_busy_until_ = timer_.now() + each_write_;
  if (!armed_ || armed_->where == crash_point::at_a_message)
    return true;
  if (--armed_->countdown > 0 || armed_->where == crash_point::after_a_write)
    return true;
  process_->die();
  return false;
}

/// The JOURNAL waits for a busy disk, and everybody else goes on.
std::optional<std::size_t> world::whose_turn() {
  auto ready = process_ ? process_->actors().ready() : 0;
  if (ready == 0)
    return std::nullopt;
  auto which = order_.roll() % ready;
  if (timer_.now() >= disk_busy_until_ || !process_->actors().is_journal(which))
    return which;
  return ready == 1 ? std::nullopt : std::optional{(which + 1) % ready};
}

void world::drain() {
  while (auto which = whose_turn()) {
    if (armed_ && armed_->where == crash_point::at_a_message && --armed_->countdown == 0)
      process_->die();
    else
      process_->actors().run_one(*which);
    ++messages_;
    if (process_->dead())
      bury();
  }
}

// -- what happens ----------------------------------------------------------------------

void world::happen(const incident& it) {
  match(
    it.what,
    [&](const order& what) { give(what); },
    [&](const trunk_edit& what) { give(what); },
    [&](const question& what) { ask(what); },
    [&](const crash& what) {
      if (process_)
        armed_ = what;
    },
    [&](const clock_step& what) {
      auto before = engine_now();
      skew_ += what.by;
      auditor_.clock_was_set(before, engine_now());
      excuse_until(timer_.now());
    },
    [&](const storm& what) {
      for (auto& [id, far] : carriers_)
        far->strike(what);
      excuse_until(timer_.now() + what.lasts);
    },
    [&](const disk_trouble& what) {
      faults_.full = what.full;
      each_write_ = what.each_write;
      disk_well_at_ = timer_.now() + what.lasts;
      excuse_until(disk_well_at_);
    });
}

void world::give(const order& it) {
  if (!process_)
    return;
  excuse_until(timer_.now());
  auto number = auditor_.sent(it);
  process_->request(request_of(it, number), [this, it, number](const http::outgoing& what) {
    if (process_ && !process_->dead())
      auditor_.answered(it, number, what, timer_.now());
  });
}

void world::give(const trunk_edit& it) {
  if (!process_)
    return;
  excuse_until(timer_.now());
  process_->request(request_of(it), [this, it](const http::outgoing& what) {
    if (process_ && !process_->dead())
      auditor_.answered(it, what, timer_.now());
  });
}

void world::ask(const question& it) {
  if (!process_)
    return;
  process_->request(request_of(it, 0), [this, it](const http::outgoing& what) {
    if (process_ && !process_->dead())
      auditor_.answered(it, what, timer_.now());
  });
}

/// The operators see to it that all comes to an end.
void world::calm_everything() {
  calms_next_ += 1h;
  armed_.reset();
  for (const auto& it : plan_.trunks) {
    auto as_planned = projections::as_edit(it.as);
    as_planned.caller_id_limits = {};
    if (projections::as_edit(auditor_.trunks().at(it.as.trunk).now()) != as_planned)
      give(trunk_edit{std::move(as_planned)});
  }
  for (const auto& [id, it] : auditor_.accounts()) {
    bool draft = it.state.status == domain::campaign_status::draft;
    if (!draft && it.state.status != domain::campaign_status::paused)
      continue;
    auto settings = it.state.settings;
    settings.breaker.enabled = false;
    settings.expires_at.reset();
    settings.pre_dial_hook.reset();
    give(order{id, domain::edit_campaign{std::move(settings)}});
    if (draft)
      give(order{id, domain::start_campaign{}});
    else
      give(order{id, domain::resume_campaign{}});
  }
}

std::optional<instant> world::next_event() const {
  std::optional<instant> next = timer_.next_due();
  auto earlier = [&](instant at) { next = next ? std::min(*next, at) : at; };
  if (process_) {
    if (auto wait = process_->actors().next_timeout())
      earlier(timer_.now() + *wait);
    if (process_->actors().ready() > 0)
      earlier(disk_busy_until_);
  }
  if (next_incident_ < plan_.incidents.size())
    earlier(plan_.incidents[next_incident_].at);
  if (starts_at_)
    earlier(*starts_at_);
  earlier(calms_next_);
  return next;
}

void world::advance(duration by) {
  timer_.advance(by);
  if (process_)
    process_->actors().advance(by);
}

void world::step(instant limit) {
  if (process_)
    for (auto& it : listeners_)
      it.come(*process_, timer_.now());
  drain();
  check();
  auto now = timer_.now();
  advance(std::max(std::min(next_event().value_or(limit), limit) - now, duration{}));
  now = timer_.now();
  if (disk_well_at_ <= now && (faults_.full || each_write_ > duration{})) {
    faults_.full = false;
    each_write_ = {};
    disk_busy_until_ = now;
  }
  if (starts_at_ && *starts_at_ <= now)
    start();
  for (; next_incident_ < plan_.incidents.size() && plan_.incidents[next_incident_].at <= now;
       ++next_incident_)
    happen(plan_.incidents[next_incident_]);
  if (calms_next_ <= now)
    calm_everything();
}

void world::set_up() {
  auto record = [&](events::stream_id stream, events::event what) {
    caf::anon_send(
      process_->actors().catalogue(), actors::catalogue_request{stream, std::move(what), {}});
  };
  for (const auto& it : plan_.trunks)
    record(events::stream_of(it.as.trunk), it.as);
  events::workflow_created workflow{
    .workflow = {8}, .name = "workflow", .agent = "agent", .prompt = "", .required_variables = {}};
  record(events::stream_of(workflow.workflow), workflow);
  for (const auto& it : plan_.campaigns) {
    events::contact_list_uploaded list{
      .list = it.list, .name = "list", .rows = it.contacts, .file_sha256 = {}, .columns = {}};
    record(events::stream_of(it.list), list);
  }
  drain();
  for (const auto& it : plan_.campaigns) {
    next_id_ = it.id.value; // the gateway takes it for the campaign
    give(order{
      it.id,
      domain::create_campaign{
        {.campaign = it.id,
         .workflow = workflow.workflow,
         .list = it.list,
         .trunk = it.trunk,
         .contacts = it.contacts,
         .list_sha256 = {},
         .settings = it.settings}}});
    drain();
  }
  next_id_ = first_free_id;
}

outcome_of_run world::play() {
  start();
  drain();
  set_up();
  auto limit = plan_.calms_down() + longest_calm;
  while (!auditor_.broken() && timer_.now() < limit
         && !(timer_.now() >= plan_.calms_down() && all_done()))
    step(limit);
  if (!auditor_.broken())
    check_the_end();
  return outcome();
}

outcome_of_run world::outcome() const {
  return {
    .broken = auditor_.broken(),
    .latest = auditor_.latest(),
    .events = auditor_.events(),
    .calls = auditor_.calls(),
    .messages = messages_,
    .processes = processes_,
    .orders = auditor_.orders(),
    .checks = auditor_.checks(),
    .statuses = auditor_.statuses(),
    .lasted = timer_.now() - plan_.starts,
    .ends = auditor_.ends()};
}

// -- looking on --------------------------------------------------------------------------

void world::check() {
  if (!process_)
    return;
  moment now{
    .now = timer_.now(),
    .engine_now = engine_now(),
    .excused = timer_.now() <= excused_until_,
    .disk_busy = timer_.now() < disk_busy_until_};
  if (!inspector_.check(*process_, now))
    return;
  older_views_ = views_.keep();
  if (!now.disk_busy)
    for (auto& it : listeners_)
      it.check(now.now);
}

void world::check_the_end() {
  auto now = timer_.now();
  for (const auto& [id, it] : auditor_.accounts())
    if (it.state.status != domain::campaign_status::none)
      auditor_.hold("nobody_is_lost", nobody_is_lost(it.state.status, it.unfinished()), now);
  if (!process_)
    return;
  for (auto& it : listeners_)
    it.come(*process_, now + std::chrono::days{1});
  drain();
  for (auto& it : listeners_)
    it.check(now);
  inspector_.check_the_end(*process_, views_, now);
  agents_.check();
  auditor_.hold("log_verifies", log_verifies(kept_), now);
  if (kind_ == disk_kind::real)
    auditor_.hold("log_verifies", real_log_verifies(), now);
}

/// As an auditor would, beside the process that writes it.
complaint world::real_log_verifies() const {
  auto log = must(store::log_reader::open(home_.path() / "journal"));
  auto found = store::verify(*log, {}, [](std::uint64_t) {});
  if (!found.damage)
    return std::nullopt;
  return "position " + std::to_string(found.damage->position) + ": " + found.damage->detail;
}

bool world::all_done() const {
  return process_ && std::ranges::all_of(auditor_.accounts(), [](const auto& each) {
           auto status = each.second.state.status;
           return status == domain::campaign_status::none
                  || status == domain::campaign_status::completed
                  || (status == domain::campaign_status::cancelled && each.second.unfinished() == 0);
         });
}

} // namespace

outcome_of_run play(const plan& of, disk_kind disk, on_look look) {
  world it{of, disk};
  look([&it] { return it.outcome(); });
  return it.play();
}

} // namespace ringmaster::simulation
