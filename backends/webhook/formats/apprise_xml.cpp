#include "backends/webhook/formats/apprise_xml.hpp"

#include <cstring>
#include <limits>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include <expat.h>
#include <nlohmann/json.hpp>

#include "backends/webhook/formats/fields.hpp"
#include "base/text.hpp"

namespace dragoman::backends::webhook::formats {

namespace {

using nlohmann::json;

struct FreeParser {
  void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};

/// Collects the texts of the innermost elements. Expat calls it; it stops Expat at what is not wanted.
class NotificationReader {
 public:
  explicit NotificationReader(XML_Parser parser) : parser_(parser) {
    XML_SetUserData(parser, this);
    XML_SetElementHandler(parser, opened, closed);
    XML_SetCharacterDataHandler(parser, said);
    // No entities of one's own: they are how XML grows.
    XML_SetStartDoctypeDeclHandler(parser, [](void* self, const char*, const char*, const char*, int) { stop(self); });
  }

  json take() { return std::move(out_); }

 private:
  static NotificationReader& reader(void* self) { return *static_cast<NotificationReader*>(self); }
  static void stop(void* self) { XML_StopParser(reader(self).parser_, XML_FALSE); }
  static std::string_view local(std::string_view name) {
    const std::size_t colon = name.rfind(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
  }

  static void opened(void* self, const char* name, const char** attributes) {
    NotificationReader& it = reader(self);
    if (++it.depth_ > deepest_json || ++it.elements_ > most_json_values) return stop(self);
    it.text_.clear();
    it.attributes_.clear();
    for (; attributes[0] != nullptr; attributes += 2) it.attributes_[attributes[0]] = attributes[1];
    it.open_ = local(name);
  }
  static void said(void* self, const char* text, int size) {
    reader(self).text_.append(text, static_cast<std::size_t>(size));
  }
  static void closed(void* self, const char* name) {
    NotificationReader& it = reader(self);
    --it.depth_;
    const std::string element{local(name)};
    if (element == it.open_) it.take(element);
    it.open_.clear();
  }
  void take(const std::string& element) {
    if (element == "Attachment") {
      out_["attachments"].push_back(
          {{"filename", attributes_["filename"]}, {"mimetype", attributes_["mimetype"]}, {"base64", text_}});
      return;
    }
    static const std::map<std::string, std::string> names{
        {"Subject", "title"}, {"MessageType", "type"}, {"Message", "message"}, {"Version", "version"}};
    const auto known = names.find(element);
    out_[known == names.end() ? element : known->second] = std::string{text::trim(text_)};
  }

  XML_Parser parser_;
  json out_ = json::object();
  std::size_t depth_ = 0, elements_ = 0;
  std::string open_, text_;
  std::map<std::string, std::string> attributes_;
};

}  // namespace

Result<json> read_apprise_xml(std::string_view xml) {
  const std::unique_ptr<XML_ParserStruct, FreeParser> parser{XML_ParserCreate(nullptr)};
  if (parser == nullptr) return failure(Fault::internal, "Expat cannot be started");
  if (xml.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    return failure(Fault::too_long, "too much XML");
  }
  NotificationReader reader{parser.get()};
  if (XML_Parse(parser.get(), xml.data(), static_cast<int>(xml.size()), XML_TRUE) != XML_STATUS_OK) {
    return failure(Fault::malformed, "not the XML of a notification");
  }
  return Result<json>{boost::system::in_place_value, reader.take()};
}

}  // namespace dragoman::backends::webhook::formats
