#include "simulation/disk.hpp"

#include "events/codec.hpp"
#include "store/fatal.hpp"

#include <utility>

namespace ringmaster::simulation {

namespace {

events::envelope decoded(std::string_view bytes) {
  auto it = events::decode(bytes);
  if (!it)
    store::fatal("simulation", "the log holds what cannot be decoded");
  return *std::move(it);
}

class memory_log : public store::log_storage {
public:
  explicit memory_log(kept_log& on_disk) : disk_{on_disk} {
    about_.epoch = ++disk_.epoch;
    about_.generation = "simulated";
    if (disk_.records.empty())
      return;
    const auto& last = disk_.records.back();
    about_.head = {disk_.records.size(), last.hash, decoded(last.bytes).recorded_at};
  }

  [[nodiscard]] const store::about_log& about() const override { return about_; }
  [[nodiscard]] bool has_room() override { return true; }

  void add(std::uint64_t, const store::log_record& what) override {
    added_.push_back({what.hash, std::string{what.bytes}});
  }

  void commit(std::uint64_t) override {
    for (auto& it : added_)
      disk_.records.push_back(std::move(it));
    added_.clear();
  }

  void scan(std::uint64_t first, std::uint64_t last, const visitor& visit) const override {
    for (auto position = first; position <= last; ++position) {
      const auto& it = disk_.records.at(position - 1);
      if (!visit(position, {it.hash, it.bytes}))
        return;
    }
  }

private:
  kept_log& disk_;
  store::about_log about_;
  std::vector<kept_log::record> added_;
};

class faulty_log : public store::log_storage {
public:
  faulty_log(std::unique_ptr<store::log_storage> real, disk_faults& faults)
    : real_{std::move(real)}, faults_{faults} {}

  [[nodiscard]] const store::about_log& about() const override { return real_->about(); }
  [[nodiscard]] bool has_room() override { return !faults_.full && real_->has_room(); }

  void add(std::uint64_t position, const store::log_record& what) override {
    added_.push_back(decoded(what.bytes));
    real_->add(position, what);
  }

  void commit(std::uint64_t head) override {
    if (!faults_.before_write())
      return;
    real_->commit(head);
    faults_.written(std::exchange(added_, {}));
  }

  void scan(std::uint64_t first, std::uint64_t last, const visitor& visit) const override {
    real_->scan(first, last, visit);
  }

private:
  std::unique_ptr<store::log_storage> real_;
  disk_faults& faults_;
  std::vector<events::envelope> added_;
};

} // namespace

std::unique_ptr<store::log_storage> open_memory_log(kept_log& on_disk) {
  return std::make_unique<memory_log>(on_disk);
}

std::unique_ptr<store::log_storage>
with_faults(std::unique_ptr<store::log_storage> real, disk_faults& faults) {
  return std::make_unique<faulty_log>(std::move(real), faults);
}

} // namespace ringmaster::simulation
