#include "backends/matrix/message_write.hpp"

#include <algorithm>
#include <utility>

#include "backends/matrix/clean_text.hpp"
#include "backends/matrix/content_slice.hpp"
#include "backends/matrix/html_write.hpp"
#include "backends/matrix/json.hpp"
#include "backends/matrix/line_id.hpp"
#include "base/text.hpp"

namespace dragoman::backends::matrix {

namespace {

using nlohmann::json;
using ContentKind = chat::Content::Kind;

// A homeserver takes 65,536 bytes of an event as other servers get it (client-server API, "Size limits"): with its
// signatures, its parents and what else stands around the content.
constexpr std::size_t most_content = 58'000;
constexpr std::size_t longest_text = 40'000;  // of one event, bytes
constexpr std::size_t shortest_piece = 1'000;
constexpr std::size_t longest_fallback = 200;  // of an edit that would be too large, code points

bool is_event(std::string_view id) { return id.starts_with('$') && id.size() > 1; }

/// Who speaks, where a bot speaks for them: MSC4144, and a name in front of the text for everybody else.
struct SpokenName {
  std::string body, html;
};
SpokenName spoken_name(const chat::Content& content, const WriteOptions& options) {
  const std::string name = clean_line(content.shown_author);
  if (name.empty() || !options.name_in_text) return {};
  const std::string sign = content.kind == ContentKind::action ? " " : ": ";
  return {"**" + name + "**" + sign, "<strong data-mx-profile-fallback>" + escape_html(name) + sign + "</strong>"};
}

void put_profile(const chat::Content& content, const WriteOptions& options, json& event) {
  const std::string name = clean_line(content.shown_author);
  if (name.empty()) return;
  json& profile = event["com.beeper.per_message_profile"];
  profile["id"] = options.author_id.empty() ? name : options.author_id;
  profile["displayname"] = name;
  if (options.name_in_text) profile["has_fallback"] = true;
}

std::vector<std::string> mentioned_users(const chat::Content& content, const UserOf& user_of) {
  std::vector<std::string> users;
  for (const chat::Span& span : content.spans) {
    if (span.kind != chat::Span::Kind::mention) continue;
    std::string user = user_of_mention(span.value, user_of);
    if (!user.empty() && std::find(users.begin(), users.end(), user) == users.end()) users.push_back(std::move(user));
  }
  return users;
}

/// Always there, also empty: else homeservers look for names in the text (client-server API, "User and room mentions").
json mentions_of(const std::vector<std::string>& users, bool everybody) {
  json mentions = json::object();
  if (everybody) mentions["room"] = true;
  if (!users.empty()) mentions["user_ids"] = users;
  return mentions;
}

void put_text(const chat::Content& content, const WriteOptions& options, bool formatted, json& event) {
  const SpokenName name = spoken_name(content, options);
  event["body"] = name.body + content.text;
  if (formatted && (!name.html.empty() || needs_html(content, options.user_of))) {
    event["format"] = "org.matrix.custom.html";
    event["formatted_body"] = name.html + write_html(content, options.user_of);
  }
}

std::string_view text_type(ContentKind kind) {
  if (kind == ContentKind::action) return "m.emote";
  return kind == ContentKind::notice ? "m.notice" : "m.text";
}

/// "geo:51.5,-0.12;u=20" of a text; empty: none.
std::string_view geo_uri_in(std::string_view text) {
  const std::size_t begin = text.find("geo:");
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin);
  return text.substr(0, text.find_first_of(" \t\n<>\""));
}

json text_event(const chat::Content& content, const WriteOptions& options, bool formatted = true) {
  json event;
  event["msgtype"] = text_type(content.kind);
  put_text(content, options, formatted, event);
  if (const auto uri = geo_uri_in(content.text); content.kind == ContentKind::location && !uri.empty()) {
    event["msgtype"] = "m.location";
    event["geo_uri"] = uri;
  }
  event["m.mentions"] = mentions_of(mentioned_users(content, options.user_of), options.calls_everybody);
  put_profile(content, options, event);
  return event;
}

std::string_view file_type(std::string_view media_type) {
  if (media_type.starts_with("image/")) return "m.image";
  if (media_type.starts_with("video/")) return "m.video";
  return media_type.starts_with("audio/") ? "m.audio" : "m.file";
}

void put_thumbnail(const chat::Attachment& file, json& info) {
  if (!file.thumbnail || !file.thumbnail->url.starts_with("mxc://")) return;
  info["thumbnail_url"] = file.thumbnail->url;
  json& about = info["thumbnail_info"] = json::object();
  if (!file.thumbnail->media_type.empty()) about["mimetype"] = file.thumbnail->media_type;
  if (file.thumbnail->size != 0) about["size"] = file.thumbnail->size;
  if (file.thumbnail->width != 0 && file.thumbnail->height != 0) {
    about["w"] = file.thumbnail->width;
    about["h"] = file.thumbnail->height;
  }
}

/// A file, with the text of `caption` (a message without files) beside it.
json file_event(const chat::Attachment& file, chat::Content caption, const WriteOptions& options) {
  const std::string name = file.name.empty() ? "file" : clean_line(file.name);
  if (caption.text.empty()) caption.text = file.description;
  caption.kind = ContentKind::text;
  json event;
  if (caption.text.empty()) {
    caption.text = name;
    caption.spans.clear();
  }
  put_text(caption, options, true, event);
  event["msgtype"] = file_type(file.media_type);
  event["filename"] = name;
  event["url"] = file.url;
  event["m.mentions"] = mentions_of(mentioned_users(caption, options.user_of), options.calls_everybody);
  json& info = event["info"] = json::object();
  if (!file.media_type.empty()) info["mimetype"] = file.media_type;
  if (file.size != 0) info["size"] = file.size;
  if (file.width != 0 && file.height != 0) info["w"] = file.width, info["h"] = file.height;
  put_thumbnail(file, info);
  put_profile(caption, options, event);
  return event;
}

/// client-server API, "Rich replies" and "Threading".
void put_relation(const chat::Content& content, json& event) {
  const std::string reply = read_line_id(content.reply_to.str()).event_id;
  const bool thread = is_event(content.thread);
  if (!thread && !is_event(reply)) return;
  json& relates = event["m.relates_to"];
  relates["m.in_reply_to"]["event_id"] = is_event(reply) ? reply : content.thread;
  if (!thread) return;
  relates["rel_type"] = "m.thread";
  relates["event_id"] = content.thread;
  relates["is_falling_back"] = !is_event(reply);
}

/// client-server API, "Mentioning the replied to user".
void mention_answered(const std::string& user, json& event) {
  if (user.empty()) return;
  json& users = event["m.mentions"]["user_ids"];
  if (!users.is_array()) users = json::array();
  if (std::find(users.begin(), users.end(), user) == users.end()) users.push_back(user);
}

/// What stands in no media store of Matrix is named by its address.
chat::Content with_links(chat::Content content) {
  std::erase_if(content.attachments, [&](const chat::Attachment& file) {
    if (file.url.starts_with("mxc://")) return false;
    if (content.text.find(file.url) == std::string::npos) {
      if (!content.text.empty()) content.text += '\n';
      content.text += file.url;
    }
    return true;
  });
  return content;
}

bool fits(const json& event) { return dump_json(event).size() <= most_content; }

void add_pieces(const chat::Content& content, std::size_t bytes, const WriteOptions& options,
                std::vector<json>& events) {
  for (const chat::Content& piece : split_content(content, bytes)) {
    json event = text_event(piece, options);
    if (fits(event)) {
      events.push_back(std::move(event));
    } else if (piece.text.size() > shortest_piece) {
      add_pieces(piece, piece.text.size() / 2, options, events);
    } else {  // a few words with more markup than text
      events.push_back(text_event(piece, options, false));
    }
  }
}

}  // namespace

std::vector<json> make_messages(const chat::Content& content, const WriteOptions& options) {
  std::vector<json> events;
  chat::Content words = with_links(content);
  const std::vector<chat::Attachment> files = std::exchange(words.attachments, {});
  const bool caption = files.size() == 1 && content.kind != ContentKind::action;
  for (const chat::Attachment& file : files) {
    chat::Content beside = words;
    if (!caption) beside.text.clear(), beside.spans.clear();
    json event = file_event(file, beside, options);
    const bool whole = fits(event);
    if (!whole) {
      beside.text.clear(), beside.spans.clear();
      event = file_event(file, beside, options);
    }
    events.push_back(std::move(event));
    if (caption && whole) words.text.clear();
  }
  if (!words.text.empty()) add_pieces(words, longest_text, options, events);
  // The first one is the answer; all of them belong to the thread.
  for (std::size_t i = 0; i < events.size(); ++i) {
    put_relation(words, events[i]);
    if (i > 0) continue;
    if (is_event(read_line_id(words.reply_to.str()).event_id)) mention_answered(options.answered, events[i]);
    words.reply_to = {};
  }
  return events;
}

Result<json> make_edit(const chat::Content& content, std::string_view edited, const WriteOptions& options,
                       const std::vector<std::string>& mentioned_before) {
  const auto replacement = [&](bool formatted) {
    chat::Content words = with_links(content);
    const std::vector<chat::Attachment> files = std::exchange(words.attachments, {});
    return files.empty() ? text_event(words, options, formatted) : file_event(files.front(), words, options);
  };
  // Who was called before is not called again for a corrected word.
  std::vector<std::string> called = mentioned_users(content, options.user_of);
  std::erase_if(called, [&](const std::string& user) {
    return std::find(mentioned_before.begin(), mentioned_before.end(), user) != mentioned_before.end();
  });
  const auto whole = [&](json now, bool short_fallback) {
    json event = now;
    std::string body = text_at(now, "body");
    if (short_fallback) {
      event.erase("format");
      event.erase("formatted_body");
      if (const std::size_t end = text::offset_of(body, longest_fallback); end < body.size()) {
        body.resize(end);
        body += "…";
      }
    } else if (const std::string* html = find_text(now, "formatted_body")) {
      event["formatted_body"] = "* " + *html;
    }
    event["body"] = "* " + body;
    event["m.mentions"] = mentions_of(called, false);
    event["m.new_content"] = std::move(now);
    event["m.relates_to"] = {{"rel_type", "m.replace"}, {"event_id", edited}};
    return event;
  };
  for (const auto& [formatted, short_fallback] : {std::pair{true, false}, {true, true}, {false, true}}) {
    json event = whole(replacement(formatted), short_fallback);
    if (fits(event)) return Result<json>{boost::system::in_place_value, std::move(event)};
  }
  return failure(Fault::too_long, "the new text is too long for one message on Matrix");
}

json make_reaction(std::string_view message, std::string_view key) {
  json event;
  event["m.relates_to"] = {{"rel_type", "m.annotation"}, {"event_id", message}, {"key", key}};
  return event;
}

json make_redaction(std::string_view reason) {
  json body = json::object();
  if (!reason.empty()) body["reason"] = reason;
  return body;
}

Vote make_vote(std::string_view poll, const std::vector<std::string>& answers, bool stable) {
  Vote vote;
  vote.content["m.relates_to"] = {{"rel_type", "m.reference"}, {"event_id", poll}};
  if (stable) {
    vote.type = "m.poll.response";
    vote.content["m.selections"] = answers;
    // MSC3381 before its last change, as some clients still read it.
    vote.content["m.poll.response"]["answers"] = answers;
  } else {
    vote.type = "org.matrix.msc3381.poll.response";
    vote.content[vote.type]["answers"] = answers;
  }
  return vote;
}

}  // namespace dragoman::backends::matrix
