#include "backends/webhook/formats/apprise_xml.hpp"
#include "backends/webhook/formats/fields.hpp"
#include "backends/webhook/formats/formats.hpp"
#include "backends/webhook/formats/told.hpp"

// Apprise's json://, form:// and xml:// (its plugins custom_json, custom_form, custom_xml): version, title, message,
// type and attachments.
namespace dragoman::backends::webhook::formats {

Result<Postings> read_apprise(const Reading& in) {
  nlohmann::json from_xml;
  if (in.payload.kind == Payload::Kind::xml) {
    auto read = read_apprise_xml(in.payload.text);
    if (!read) return read.error();
    from_xml = std::move(*read);
  }
  const nlohmann::json& value = in.payload.kind == Payload::Kind::xml ? from_xml : in.payload.value;
  const std::string type = text_in(value, "type");
  const Told told{.title = text_in(value, "title"),
                  .text = first_in(value, {"message", "body"}),
                  .words = text_in(value, "format") == "markdown" ? Told::Words::markdown
                           : text_in(value, "format") == "html"   ? Told::Words::html
                                                                  : Told::Words::plain,
                  .level = level_of(type)};
  Posting posting = tell(told);
  for (const nlohmann::json& each : list_in(value, "attachments")) {
    const std::string name = first_in(each, {"filename", "name"});
    const std::string media_type = first_in(each, {"mimetype", "type"});
    if (!add_base64_file(posting, name, media_type, text_in(each, "base64"))) {
      add_linked_file(posting, text_in(each, "url"), name, media_type);
    }
  }
  if (posting.content.text.empty() && posting.files.empty() && in.payload.files.empty()) {
    return nothing_to_say("no title and no message");
  }
  posting.event = type;
  return Postings{std::move(posting)};
}

}  // namespace dragoman::backends::webhook::formats
