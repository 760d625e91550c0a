#include "events/codec.hpp"

#include "events/payload.hpp"
#include "events/upcast.hpp"

#include <google/protobuf/descriptor.pb.h>

#include <limits>
#include <utility>

namespace ringmaster::events {

namespace {

constexpr std::string_view system_actor = "system";

/// Reads numbers as protobuf writes them.
class prefix_reader {
public:
  explicit prefix_reader(std::string_view bytes) : rest_{bytes} {}

  std::optional<std::uint64_t> varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80)
        return value;
    }
    return std::nullopt;
  }

  std::optional<std::uint64_t> fixed64() {
    std::uint64_t value = 0;
    if (rest_.size() < sizeof value)
      return std::nullopt;
    for (unsigned i = 0; i < sizeof value; ++i)
      value |= std::uint64_t{static_cast<unsigned char>(rest_[i])} << 8 * i;
    rest_.remove_prefix(sizeof value);
    return value;
  }

  [[nodiscard]] bool at_end() const { return rest_.empty(); }

private:
  std::string_view rest_;
};

/// One per thread, so that only the payload is allocated anew for each event.
log::Envelope& scratch() {
  thread_local log::Envelope message;
  message.Clear();
  return message;
}

} // namespace

std::string encode(const envelope& it) {
  auto& to = scratch();
  to.set_position(it.position);
  to.set_stream_kind(static_cast<log::StreamKind>(it.stream.kind));
  to.set_stream_id(it.stream.id);
  to.set_stream_row(it.stream.row);
  to.set_version(it.version);
  to.set_recorded_at(to_micros(it.recorded_at));
  if (it.actor != system_actor)
    to.set_actor(it.actor);
  to.set_correlation(it.correlation);
  to.set_causation(it.causation);
  to.set_writer_epoch(it.writer_epoch);
  if (it.request) {
    to.set_request_key(it.request->key);
    to.set_request_digest(it.request->digest);
  }
  write_payload(to, it.event);
  std::string bytes;
  to.SerializeToString(&bytes);
  return bytes;
}

std::optional<envelope> decode(std::string_view bytes) {
  if (bytes.size() > std::numeric_limits<int>::max())
    return std::nullopt;
  auto& from = scratch();
  if (!from.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return std::nullopt;
  if (!within(from.stream_kind(), stream_kind::engine, stream_kind::webhook))
    return std::nullopt;
  upcast(from);
  auto payload = read_payload(from);
  if (!payload)
    return std::nullopt;
  return envelope{
    .position = from.position(),
    .stream =
      {.kind = static_cast<stream_kind>(from.stream_kind()),
       .id = from.stream_id(),
       .row = from.stream_row()},
    .version = from.version(),
    .recorded_at = from_micros(from.recorded_at()),
    .actor = from.has_actor() ? from.actor() : std::string{system_actor},
    .correlation = from.correlation(),
    .causation = from.causation(),
    .writer_epoch = from.writer_epoch(),
    .request = from.request_key().empty()
                 ? std::nullopt
                 : std::optional{request_mark{from.request_key(), from.request_digest()}},
    .event = *std::move(payload)};
}

std::optional<stream_id> peek_stream(std::string_view bytes) {
  prefix_reader from{bytes};
  stream_id it{.kind = {}, .id = 0, .row = 0};
  while (!from.at_end()) {
    auto tag = from.varint();
    if (!tag)
      return std::nullopt;
    auto field = *tag >> 3U;
    if (field > log::Envelope::kStreamRowFieldNumber)
      break; // fields stand in the order of their numbers
    auto value = field == log::Envelope::kStreamIdFieldNumber ? from.fixed64() : from.varint();
    if (!value)
      return std::nullopt;
    if (field == log::Envelope::kStreamKindFieldNumber)
      it.kind = static_cast<stream_kind>(*value);
    else if (field == log::Envelope::kStreamIdFieldNumber)
      it.id = *value;
    else if (field == log::Envelope::kStreamRowFieldNumber)
      it.row = static_cast<std::uint32_t>(*value);
  }
  return it;
}

std::string descriptor_set() {
  google::protobuf::FileDescriptorSet files;
  google::protobuf::FileDescriptorProto::descriptor()->file()->CopyTo(files.add_file());
  log::Envelope::descriptor()->file()->CopyTo(files.add_file());
  return files.SerializeAsString();
}

} // namespace ringmaster::events
