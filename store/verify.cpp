#include "store/verify.hpp"

#include "events/codec.hpp"
#include "store/hex.hpp"
#include "store/signing.hpp"

#include <string>
#include <utility>

namespace ringmaster::store {

namespace {

constexpr std::uint64_t positions_between_reports = 1U << 14;

/// What the walk has seen so far, and what is wrong with the next event.
class auditor {
public:
  auditor(const log_reader& log, const std::set<std::string>& trusted)
    : log_{log}, trusted_{trusted} {}

  [[nodiscard]] std::optional<log_damage> look_at(std::uint64_t position, const log_record& record);

  verification so_far;

private:
  [[nodiscard]] std::optional<log_damage> judge(const events::envelope& it);
  [[nodiscard]] std::optional<log_damage>
  judge(const events::envelope& it, const events::head_signed& head);

  const log_reader& log_;
  const std::set<std::string>& trusted_;
  chain_hasher chain_;
  std::uint64_t epoch_ = 0;
};

std::optional<log_damage> auditor::look_at(std::uint64_t position, const log_record& record) {
  auto event = events::decode(record.bytes);
  if (event && event->position != position)
    return log_damage{
      position,
      log_fault::out_of_order,
      "is out of order: what stands here says that it is event " + std::to_string(event->position)};
  if (chain_.next(so_far.head, record.bytes) != record.hash)
    return log_damage{
      position, log_fault::altered, "was altered: it does not follow from those before it"};
  if (!event)
    return log_damage{
      position, log_fault::undecodable, "is no event, or one of a newer version of this program"};
  if (auto wrong = judge(*event))
    return wrong;
  so_far.head = record.hash;
  so_far.events = position;
  so_far.recorded_at = event->recorded_at;
  epoch_ = event->writer_epoch;
  return std::nullopt;
}

std::optional<log_damage> auditor::judge(const events::envelope& it) {
  if (it.writer_epoch < epoch_)
    return log_damage{
      it.position,
      log_fault::older_epoch,
      "was written under epoch " + std::to_string(it.writer_epoch) + ", after epoch "
        + std::to_string(epoch_) + " had taken over"};
  if (it.recorded_at < so_far.recorded_at)
    return log_damage{
      it.position,
      log_fault::clock_back,
      "was recorded at " + events::to_rfc3339(it.recorded_at) + ", before the one in front of it"};
  const auto* head = std::get_if<events::head_signed>(&it.event);
  return head == nullptr ? std::nullopt : judge(it, *head);
}

std::optional<log_damage>
auditor::judge(const events::envelope& it, const events::head_signed& head) {
  auto wrong = [&](const std::string& what) {
    return log_damage{it.position, log_fault::false_signature, what};
  };
  if (!is_well_signed(head))
    return wrong("is a signed head whose signature is false");
  if (!trusted_.empty() && !trusted_.contains(head.public_key))
    return wrong("is a signed head by a key that is not trusted, " + head.public_key);
  auto hash = head.position < it.position ? log_.hash_at(head.position) : std::nullopt;
  if (!hash || to_hex(*hash) != head.hash)
    return wrong(
      "is a signed head of position " + std::to_string(head.position)
      + ", which has another hash in this log");
  auto& heads = so_far.heads;
  ++heads.count;
  heads.last_position = head.position;
  heads.last_at = it.recorded_at;
  heads.keys.insert(head.public_key);
  return std::nullopt;
}

} // namespace

verification verify(
  const log_reader& log,
  const std::set<std::string>& trusted,
  const std::function<void(std::uint64_t)>& progress) {
  auditor walk{log, trusted};
  std::optional<log_damage> damage;
  auto ended = log.scan(1, [&](std::uint64_t position, const log_record& record) {
    damage = walk.look_at(position, record);
    if (position % positions_between_reports == 1)
      progress(position);
    return !damage;
  });
  walk.so_far.damage = damage ? damage : ended ? ended : log.lost_end();
  return walk.so_far;
}

} // namespace ringmaster::store
