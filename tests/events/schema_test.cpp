#include "events/codec.hpp"
#include "log.pb.h"
#include "support/sample_events.hpp"

#include <doctest/doctest.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>

#include <memory>
#include <set>
#include <string>

using namespace ringmaster;
using namespace ringmaster::events;
using test::one_of_each;
using test::sample_envelope;

namespace {

const google::protobuf::FieldDescriptor* payload_field(const log::Envelope& message) {
  const auto* slot = log::Envelope::descriptor()->FindOneofByName("payload");
  return message.GetReflection()->GetOneofFieldDescriptor(message, slot);
}

} // namespace

TEST_CASE("the schema names every event as the program does") {
  for (const auto& it : one_of_each()) {
    log::Envelope message;
    REQUIRE(message.ParseFromString(encode(sample_envelope(it))));
    const auto* field = payload_field(message);
    REQUIRE(field != nullptr);
    CHECK(field->message_type()->options().GetExtension(log::event_type) == type_of(it));
  }
}

TEST_CASE("the schema has a sample for each of its events that is written today") {
  const auto* slot = log::Envelope::descriptor()->FindOneofByName("payload");
  std::size_t written = 0;
  for (int at = 0; at < slot->field_count(); ++at)
    written +=
      slot->field(at)->message_type()->options().GetExtension(log::superseded_by).empty() ? 1 : 0;
  CHECK(written == one_of_each().size());
}

TEST_CASE("what an older version is superseded by is an event of today") {
  std::set<std::string> today;
  for (const auto& it : one_of_each())
    today.emplace(type_of(it));
  const auto* slot = log::Envelope::descriptor()->FindOneofByName("payload");
  for (int at = 0; at < slot->field_count(); ++at) {
    const auto& options = slot->field(at)->message_type()->options();
    auto successor = options.GetExtension(log::superseded_by);
    CAPTURE(options.GetExtension(log::event_type));
    CHECK((successor.empty() || today.contains(successor)));
    CHECK((successor.empty() || !today.contains(options.GetExtension(log::event_type))));
  }
}

TEST_CASE("text is bytes in the schema, or a carrier's stray byte could never be read back") {
  const auto& file = *log::Envelope::descriptor()->file();
  for (int which = 0; which < file.message_type_count(); ++which)
    for (int at = 0; at < file.message_type(which)->field_count(); ++at) {
      const auto& field = *file.message_type(which)->field(at);
      CHECK_MESSAGE(
        field.type() != google::protobuf::FieldDescriptor::TYPE_STRING, field.full_name());
    }
}

TEST_CASE("the log can be read with nothing but the schema that lies beside it") {
  google::protobuf::FileDescriptorSet files;
  REQUIRE(files.ParseFromString(descriptor_set()));
  google::protobuf::DescriptorPool pool;
  for (const auto& file : files.file())
    REQUIRE(pool.BuildFile(file) != nullptr);
  const auto* envelope_type = pool.FindMessageTypeByName("ringmaster.log.Envelope");
  REQUIRE(envelope_type != nullptr);
  google::protobuf::DynamicMessageFactory factory;
  std::unique_ptr<google::protobuf::Message> message{factory.GetPrototype(envelope_type)->New()};
  for (const auto& it : one_of_each()) {
    auto bytes = encode(sample_envelope(it));
    REQUIRE(message->ParseFromString(bytes));
    CHECK(message->SerializeAsString() == bytes);
    CHECK(message->GetReflection()->GetUnknownFields(*message).empty());
  }
  contact_dialed dialed;
  dialed.caller_id = "+14155550100";
  REQUIRE(message->ParseFromString(encode(sample_envelope(dialed))));
  CHECK(message->DebugString().find(R"(caller_id: "+14155550100")") != std::string::npos);
}
