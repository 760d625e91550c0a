#include "bench/campaign_work.hpp"

#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/write_batch.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <random>
#include <string>

namespace ringmaster::bench {

namespace {

using namespace std::chrono;

struct dialled {
  std::uint32_t contact;
  std::uint32_t attempt;
};

void must(const rocksdb::Status& status) {
  if (status.ok())
    return;
  std::fprintf(stderr, "floor: %s\n", status.ToString().c_str());
  std::abort();
}

std::string key_of(char kind, std::uint64_t number) {
  std::string key(1, kind);
  for (int shift = 56; shift >= 0; shift -= 8)
    key += static_cast<char>(number >> shift & 0xff);
  return key;
}

} // namespace

measured run_floor(const std::filesystem::path& data, std::uint32_t contacts) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.compression = rocksdb::kNoCompression;
  rocksdb::DB* opened = nullptr;
  must(rocksdb::DB::Open(options, data.string(), &opened));
  std::unique_ptr<rocksdb::DB> db{opened};
  std::mt19937_64 random{1};
  const std::string event_bytes(100, 'e'); // about the size of ours
  const std::string state_bytes(60, 's');
  rocksdb::WriteOptions synced;
  synced.sync = true;
  std::deque<dialled> waiting;
  std::vector<dialled> up;
  std::uint32_t next = 0;
  std::uint64_t position = 0;
  measured result;
  auto cpu_before = cpu_now();
  auto began = steady_clock::now();
  while (next < contacts || !waiting.empty() || !up.empty()) {
    rocksdb::WriteBatch batch;
    for (const auto& call : up) {
      bool completed = random() % 100 < 60;
      must(batch.Put(key_of('e', ++position), event_bytes));
      must(batch.Put(key_of('s', call.contact), state_bytes));
      if (!completed && call.attempt < 3)
        waiting.push_back({call.contact, call.attempt + 1});
    }
    up.clear();
    while (up.size() < lines && (next < contacts || !waiting.empty())) {
      auto call = waiting.empty() ? dialled{next++, 1} : waiting.front();
      if (call.attempt > 1)
        waiting.pop_front();
      must(batch.Put(key_of('e', ++position), event_bytes));
      must(batch.Put(key_of('s', call.contact), state_bytes));
      up.push_back(call);
    }
    result.attempts += up.size();
    must(batch.Put("progress", state_bytes));
    must(db->Write(synced, &batch));
  }
  result.seconds = duration<double>(steady_clock::now() - began).count();
  result.cpu_seconds = cpu_now() - cpu_before;
  result.events = position;
  result.bytes_on_disk = bytes_below(data);
  return result;
}

} // namespace ringmaster::bench
