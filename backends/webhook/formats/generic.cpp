#include "backends/json.hpp"
#include "backends/webhook/formats/fields.hpp"
#include "backends/webhook/formats/formats.hpp"
#include "backends/webhook/formats/told.hpp"

// What people make up themselves: a JSON object, a form or a multipart form with a text under one of the usual names.
namespace dragoman::backends::webhook::formats {

namespace {

using nlohmann::json;

void add_attachments(Posting& posting, const json& value) {
  for (const json& each : list_in(value, "attachments")) {
    if (each.is_string()) {
      add_linked_file(posting, each.get_ref<const std::string&>());
      continue;
    }
    const std::string name = first_in(each, {"name", "filename", "title"});
    const std::string type = first_in(each, {"type", "media_type", "mimetype", "content_type"});
    if (!add_linked_file(posting, first_in(each, {"url", "href"}), name, type)) {
      add_base64_file(posting, name, type, first_in(each, {"base64", "data"}));
    }
  }
}

/// What the text is about: an earlier message, or a name for later ones.
void add_names(Posting& posting, const json& value) {
  posting.thread = first_in(value, {"thread", "thread_id"});
  posting.key = text_in(value, "id");
  if (std::string replaced = text_in(value, "replace_id"); !replaced.empty()) {
    posting.key = std::move(replaced);
    posting.after = Posting::After::edit;
  } else if (std::string answered = text_in(value, "reply_to"); !answered.empty()) {
    posting.key = std::move(answered);
    posting.after = Posting::After::reply;
  }
}

}  // namespace

Result<Postings> read_generic(const Reading& in) {
  const json& value = in.payload.value;
  if (!in.payload.is_json() && in.payload.kind != Payload::Kind::form) return read_text(in);
  Told told{.title = first_in(value, {"title", "subject"}),
            .text = first_in(value, {"text", "body", "message", "content", "msg"})};
  if (told.text.empty()) {
    told.text = text_in(value, "html");
    told.words = Told::Words::html;
  } else if (flag_at(value, "markdown") || text_in(value, "format") == "markdown" ||
             text_in(value, "markdown") == "yes") {
    told.words = Told::Words::markdown;
  } else if (text_in(value, "format") == "html") {
    told.words = Told::Words::html;
  }
  // The text says the same as the HTML, which says more.
  if (const std::string html = text_in(value, "html"); !html.empty()) {
    told.text = html;
    told.words = Told::Words::html;
  }
  told.link = first_in(value, {"url", "link", "href", "click"});
  told.level = level_of(first_in(value, {"level", "severity", "type", "status"}));
  if (told.text.empty() && told.title.empty()) {
    if (value.empty() && in.payload.files.empty() && list_in(value, "attachments").empty()) {
      return nothing_to_say("the body is empty");
    }
    Prose prose;
    if (!value.empty() && list_in(value, "attachments").empty()) add_json(prose, value);
    Posting posting;
    prose.put_into(posting.content);
    add_attachments(posting, value);
    return Postings{std::move(posting)};
  }
  Posting posting = tell(told);
  posting.actor = first_in(value, {"username", "user", "author", "from", "sender"});
  posting.actor_picture = first_in(value, {"avatar_url", "icon_url", "avatar"});
  posting.event = text_in(value, "event");
  add_names(posting, value);
  add_attachments(posting, value);
  return Postings{std::move(posting)};
}

}  // namespace dragoman::backends::webhook::formats
