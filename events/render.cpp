// One walk over protobuf's own description of the log renders every event, so
// that a field added tomorrow shows without a line here.
#include "events/codec.hpp"
#include "log.pb.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <cctype>
#include <cstdio>

namespace ringmaster::events {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

void write_string(std::string& out, std::string_view text) {
  out += '"';
  for (char letter : text) {
    switch (letter) {
    case '"': out += "\\\""; break;
    case '\\': out += "\\\\"; break;
    case '\n': out += "\\n"; break;
    case '\r': out += "\\r"; break;
    case '\t': out += "\\t"; break;
    default:
      if (static_cast<unsigned char>(letter) < 0x20) {
        char escaped[8];
        std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(letter));
        out += escaped;
      } else {
        out += letter;
      }
    }
  }
  out += '"';
}

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

std::string request_text(std::uint64_t value) {
  char text[20];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
  return text;
}

void write_number(std::string& out, const FieldDescriptor& field, std::uint64_t value) {
  switch (field.options().GetExtension(log::reads_as)) {
  case log::CAMPAIGN: return write_string(out, id_text<campaign_tag>(value));
  case log::CONTACT_LIST: return write_string(out, id_text<contact_list_tag>(value));
  case log::WORKFLOW: return write_string(out, id_text<workflow_tag>(value));
  case log::TRUNK: return write_string(out, id_text<trunk_tag>(value));
  case log::REQUEST: return write_string(out, request_text(value));
  default: out += std::to_string(value);
  }
}

void write_signed(std::string& out, const FieldDescriptor& field, std::int64_t value) {
  if (field.options().GetExtension(log::reads_as) != log::INSTANT)
    out += std::to_string(value);
  else if (value == 0)
    out += "null"; // an instant that never was
  else
    write_string(out, to_rfc3339(instant{duration{value}}));
}

void write_members(std::string& out, const Message& message);

/// `index` below zero: the field is not repeated.
void write_value(
  std::string& out, const Message& message, const FieldDescriptor& field, int index) {
  const auto& of = *message.GetReflection();
  bool many = index >= 0;
  switch (field.cpp_type()) {
  case FieldDescriptor::CPPTYPE_UINT32:
    return write_number(
      out,
      field,
      many ? of.GetRepeatedUInt32(message, &field, index) : of.GetUInt32(message, &field));
  case FieldDescriptor::CPPTYPE_UINT64:
    return write_number(
      out,
      field,
      many ? of.GetRepeatedUInt64(message, &field, index) : of.GetUInt64(message, &field));
  case FieldDescriptor::CPPTYPE_INT64:
    return write_signed(out, field, of.GetInt64(message, &field));
  case FieldDescriptor::CPPTYPE_BOOL: out += of.GetBool(message, &field) ? "true" : "false"; return;
  case FieldDescriptor::CPPTYPE_ENUM:
    return write_string(out, enum_name(*of.GetEnum(message, &field)));
  case FieldDescriptor::CPPTYPE_STRING:
    return write_string(
      out, many ? of.GetRepeatedString(message, &field, index) : of.GetString(message, &field));
  case FieldDescriptor::CPPTYPE_MESSAGE:
    out += '{';
    write_members(
      out, many ? of.GetRepeatedMessage(message, &field, index) : of.GetMessage(message, &field));
    out += '}';
    return;
  default: out += "null"; // the log has no such fields
  }
}

void write_members(std::string& out, const Message& message) {
  const auto& of = *message.GetReflection();
  const auto& type = *message.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const auto& field = *type.field(i);
    if (i > 0)
      out += ',';
    write_string(out, field.name());
    out += ':';
    if (!field.is_repeated()) {
      if (field.has_presence() && !of.HasField(message, &field))
        out += "null";
      else
        write_value(out, message, field, -1);
      continue;
    }
    out += '[';
    for (int k = 0; k < of.FieldSize(message, &field); ++k) {
      if (k > 0)
        out += ',';
      write_value(out, message, field, k);
    }
    out += ']';
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
  write_string(out, to_string(it.stream));
  out += ",\"version\":" + std::to_string(it.version) + ",\"type\":";
  write_string(out, type_of(it.event));
  out += ",\"recorded_at\":";
  write_string(out, to_rfc3339(it.recorded_at));
  out += ",\"actor\":";
  write_string(out, it.actor);
  out += ",\"correlation\":";
  write_string(out, request_text(it.correlation));
  out += ",\"causation\":" + std::to_string(it.causation)
         + ",\"writer_epoch\":" + std::to_string(it.writer_epoch) + ",\"data\":{";
  if (const auto* payload = payload_of(message))
    write_members(out, *payload);
  return out + "}}";
}

} // namespace ringmaster::events
