// One walk over protobuf's own description of the log renders every event, so
// that a field added tomorrow shows without a line here.
#include "events/codec.hpp"
#include "events/json_text.hpp"
#include "log.pb.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <cctype>
#include <cstdio>

namespace ringmaster::events {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::string lower(std::string text) {
  for (auto& letter : text)
    letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return text;
}

/// `DISPOSITION_FAILED` of enum Disposition reads `failed`.
std::string enum_name(const google::protobuf::EnumValueDescriptor& value) {
  auto name = lower(value.name());
  auto prefix = lower(value.type()->name()) + '_';
  return name.starts_with(prefix) ? name.substr(prefix.size()) : name;
}

template <class Tag>
std::string id_text(std::uint64_t value) {
  return to_string(id<Tag>{value});
}

void write_request(std::string& out, std::uint64_t value) {
  char text[20];
  std::snprintf(text, sizeof text, "\"%016llx\"", static_cast<unsigned long long>(value));
  out += value == 0 ? "null" : text;
}

void write_number(std::string& out, const FieldDescriptor& field, std::uint64_t value) {
  switch (field.options().GetExtension(log::reads_as)) {
  case log::CAMPAIGN: return append_json_string(out, id_text<campaign_tag>(value));
  case log::CONTACT_LIST: return append_json_string(out, id_text<contact_list_tag>(value));
  case log::WORKFLOW: return append_json_string(out, id_text<workflow_tag>(value));
  case log::TRUNK: return append_json_string(out, id_text<trunk_tag>(value));
  case log::API_KEY: return append_json_string(out, id_text<api_key_tag>(value));
  case log::WEBHOOK: return append_json_string(out, id_text<webhook_tag>(value));
  case log::REQUEST: return write_request(out, value);
  default: out += std::to_string(value);
  }
}

void write_signed(std::string& out, const FieldDescriptor& field, std::int64_t value) {
  if (field.options().GetExtension(log::reads_as) != log::INSTANT)
    out += std::to_string(value);
  else if (value == 0)
    out += "null"; // an instant that never was
  else
    append_json_string(out, to_rfc3339(instant{duration{value}}));
}

void write_members(std::string& out, const Message& message);

void write_message(std::string& out, const Message& message) {
  if (message.GetDescriptor() == log::AttemptKey::descriptor()) {
    const auto& call = static_cast<const log::AttemptKey&>(message);
    return append_json_string(
      out, to_string(attempt_key{{call.campaign_id()}, call.row(), call.attempt()}));
  }
  out += '{';
  write_members(out, message);
  out += '}';
}

/// A field that is not repeated.
void write_value(std::string& out, const Message& message, const FieldDescriptor& field) {
  const auto& of = *message.GetReflection();
  switch (field.cpp_type()) {
  case FieldDescriptor::CPPTYPE_UINT32:
    return write_number(out, field, of.GetUInt32(message, &field));
  case FieldDescriptor::CPPTYPE_UINT64:
    return write_number(out, field, of.GetUInt64(message, &field));
  case FieldDescriptor::CPPTYPE_INT32:
    return write_signed(out, field, of.GetInt32(message, &field));
  case FieldDescriptor::CPPTYPE_INT64:
    return write_signed(out, field, of.GetInt64(message, &field));
  case FieldDescriptor::CPPTYPE_BOOL: out += of.GetBool(message, &field) ? "true" : "false"; return;
  case FieldDescriptor::CPPTYPE_ENUM:
    return append_json_string(out, enum_name(*of.GetEnum(message, &field)));
  case FieldDescriptor::CPPTYPE_STRING:
    return append_json_string(out, of.GetString(message, &field));
  case FieldDescriptor::CPPTYPE_MESSAGE: return write_message(out, of.GetMessage(message, &field));
  case FieldDescriptor::CPPTYPE_FLOAT:
  case FieldDescriptor::CPPTYPE_DOUBLE: out += "null"; // the log keeps no fractions
  }
}

void write_element(
  std::string& out, const Message& message, const FieldDescriptor& field, int index) {
  const auto& of = *message.GetReflection();
  switch (field.cpp_type()) {
  case FieldDescriptor::CPPTYPE_UINT32:
    return write_number(out, field, of.GetRepeatedUInt32(message, &field, index));
  case FieldDescriptor::CPPTYPE_UINT64:
    return write_number(out, field, of.GetRepeatedUInt64(message, &field, index));
  case FieldDescriptor::CPPTYPE_INT32:
    return write_signed(out, field, of.GetRepeatedInt32(message, &field, index));
  case FieldDescriptor::CPPTYPE_INT64:
    return write_signed(out, field, of.GetRepeatedInt64(message, &field, index));
  case FieldDescriptor::CPPTYPE_BOOL:
    out += of.GetRepeatedBool(message, &field, index) ? "true" : "false";
    return;
  case FieldDescriptor::CPPTYPE_ENUM:
    return append_json_string(out, enum_name(*of.GetRepeatedEnum(message, &field, index)));
  case FieldDescriptor::CPPTYPE_STRING:
    return append_json_string(out, of.GetRepeatedString(message, &field, index));
  case FieldDescriptor::CPPTYPE_MESSAGE:
    return write_message(out, of.GetRepeatedMessage(message, &field, index));
  case FieldDescriptor::CPPTYPE_FLOAT:
  case FieldDescriptor::CPPTYPE_DOUBLE: out += "null"; // the log keeps no fractions
  }
}

void write_list(std::string& out, const Message& message, const FieldDescriptor& field) {
  out += '[';
  for (int at = 0; at < message.GetReflection()->FieldSize(message, &field); ++at) {
    if (at > 0)
      out += ',';
    write_element(out, message, field, at);
  }
  out += ']';
}

void write_members(std::string& out, const Message& message) {
  const auto& type = *message.GetDescriptor();
  for (int at = 0; at < type.field_count(); ++at) {
    const auto& field = *type.field(at);
    if (at > 0)
      out += ',';
    append_json_string(out, field.name());
    out += ':';
    if (field.is_repeated())
      write_list(out, message, field);
    else if (field.has_presence() && !message.GetReflection()->HasField(message, &field))
      out += "null";
    else
      write_value(out, message, field);
  }
}

const Message* payload_of(const log::Envelope& message) {
  const auto* slot = log::Envelope::descriptor()->FindOneofByName("payload");
  const auto& of = *message.GetReflection();
  const auto* field = of.GetOneofFieldDescriptor(message, slot);
  return field == nullptr ? nullptr : &of.GetMessage(message, field);
}

} // namespace

std::string to_json(const envelope& it) {
  log::Envelope message;
  message.ParseFromString(encode(it));
  std::string out = "{\"position\":" + std::to_string(it.position) + ",\"stream\":";
  append_json_string(out, to_string(it.stream));
  out += ",\"version\":" + std::to_string(it.version) + ",\"type\":";
  append_json_string(out, type_of(it.event));
  out += ",\"recorded_at\":";
  append_json_string(out, to_rfc3339(it.recorded_at));
  out += ",\"actor\":";
  append_json_string(out, it.actor);
  out += ",\"correlation\":";
  write_request(out, it.correlation);
  out += ",\"causation\":" + (it.causation == 0 ? "null" : std::to_string(it.causation));
  out += ",\"writer_epoch\":" + std::to_string(it.writer_epoch) + ",\"data\":{";
  if (const auto* payload = payload_of(message))
    write_members(out, *payload);
  return out + "}}";
}

} // namespace ringmaster::events
