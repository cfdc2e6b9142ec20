#include "stanza_reader.hpp"

namespace bench {
namespace {

std::string_view without_prefix(std::string_view name) { return name.substr(name.rfind(':') + 1); }

}  // namespace

StanzaReader::StanzaReader(Events events) : events_(std::move(events)), parser_(XML_ParserCreate(nullptr)) {
  XML_SetUserData(parser_, this);
  XML_SetElementHandler(
      parser_,
      [](void* self, const XML_Char* name, const XML_Char** attributes) {
        static_cast<StanzaReader*>(self)->start(name, attributes);
      },
      [](void* self, const XML_Char*) { static_cast<StanzaReader*>(self)->end(); });
  XML_SetCharacterDataHandler(parser_, [](void* self, const XML_Char* text, int n) {
    static_cast<StanzaReader*>(self)->text({text, static_cast<std::size_t>(n)});
  });
}

StanzaReader::~StanzaReader() { XML_ParserFree(parser_); }

std::string StanzaReader::feed(std::string_view bytes) {
  if (XML_Parse(parser_, bytes.data(), static_cast<int>(bytes.size()), 0) != XML_STATUS_ERROR) return {};
  return std::string(XML_ErrorString(XML_GetErrorCode(parser_))) + " at byte " +
         std::to_string(XML_GetCurrentByteIndex(parser_));
}

void StanzaReader::start(std::string_view name, const XML_Char** attributes) {
  switch (++depth_) {
    case 1:
      events_.stream_opened();
      break;
    case 2:
      start_stanza(name, attributes);
      break;
    case 3:
      in_body_ = without_prefix(name) == "body";
      if (without_prefix(name) == "delay") stanza_.delayed = true;
      break;
    case 4:
      if (without_prefix(name) != "status") break;
      for (; *attributes != nullptr; attributes += 2) {
        if (std::string_view(attributes[0]) != "code") continue;
        if (std::string_view(attributes[1]) == "110") stanza_.self_presence = true;
        if (std::string_view(attributes[1]) == "303") stanza_.renaming = true;
      }
      break;
    default:
      break;
  }
}

void StanzaReader::start_stanza(std::string_view name, const XML_Char** attributes) {
  stanza_.name = name;
  for (std::string* field : {&stanza_.from, &stanza_.to, &stanza_.type, &stanza_.id, &stanza_.body}) field->clear();
  stanza_.self_presence = stanza_.renaming = stanza_.delayed = false;
  in_body_ = name == "handshake";
  for (; *attributes != nullptr; attributes += 2) {
    const std::string_view key = attributes[0];
    if (key == "from") stanza_.from = attributes[1];
    if (key == "to") stanza_.to = attributes[1];
    if (key == "type") stanza_.type = attributes[1];
    if (key == "id") stanza_.id = attributes[1];
  }
}

void StanzaReader::end() {
  if (depth_ == 3) in_body_ = false;
  if (depth_ == 2) {
    in_body_ = false;
    events_.stanza_complete();
  }
  --depth_;
}

void StanzaReader::text(std::string_view text) {
  if (in_body_ && depth_ <= 3) stanza_.body.append(text);
}

}  // namespace bench
