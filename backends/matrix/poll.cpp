#include "backends/matrix/poll.hpp"

#include <initializer_list>
#include <string>
#include <utility>

#include "backends/matrix/clean_text.hpp"
#include "backends/matrix/json.hpp"
#include "base/text.hpp"

namespace dragoman::backends::matrix {

namespace {

using nlohmann::json;

constexpr std::size_t most_answers = 20;  // MSC3381: what is over is cut off
constexpr std::string_view unstable = "org.matrix.msc3381.poll.";

/// "start", "response" or "end"
std::string_view poll_part(std::string_view type) {
  constexpr std::string_view stable = "m.poll.";
  for (const std::string_view prefix : {stable, unstable}) {
    if (!type.starts_with(prefix)) continue;
    const std::string_view part = type.substr(prefix.size());
    if (part == "start" || part == "response" || part == "end") return part;
  }
  return {};
}

/// The first of these members that is an object; else an empty object.
const json& first_object(const json& value, std::initializer_list<std::string_view> keys) {
  static const json nothing = json::object();
  for (const std::string_view key : keys) {
    if (const json& found = object_at(value, key); !found.empty()) return found;
  }
  return nothing;
}

/// A text of extensible events (MSC1767): m.text is a text, or a list of {mimetype, body}.
std::string extensible_text(const json& value) {
  for (const std::string_view key : {"m.text", "org.matrix.msc1767.text"}) {
    if (const std::string* text = find_text(value, key)) return clean_line(*text);
    for (const json& each : array_at(value, key)) {
      const std::string type = text_at(each, "mimetype");
      const std::string* body = find_text(each, "body");
      if (body != nullptr && (type.empty() || type == "text/plain")) return clean_line(*body);
    }
  }
  return clean_line(text_at(value, "body"));
}

std::string reference_of(const json& content) {
  const json& relates = object_at(content, "m.relates_to");
  std::string event = text_at(relates, "event_id");
  return text_at(relates, "rel_type") == "m.reference" && event.starts_with('$') ? event : std::string{};
}

PollStarted read_start(const json& content) {
  const json& poll = first_object(content, {"m.poll", "m.poll.start", "org.matrix.msc3381.poll.start"});
  PollStarted started;
  started.question = extensible_text(object_at(poll, "question"));
  for (const json& each : array_at(poll, "answers")) {
    PollStarted::Answer answer{text_at(each, "m.id"), extensible_text(each)};
    if (answer.id.empty()) answer.id = text_at(each, "id");
    if (!answer.id.empty() && !answer.text.empty() && started.answers.size() < most_answers) {
      started.answers.push_back(std::move(answer));
    }
  }
  const std::int64_t most = number_at(poll, "max_selections").value_or(1);
  started.most_selections = most > 1 ? static_cast<std::size_t>(most) : 1;
  started.disclosed = text_at(poll, "kind").ends_with("disclosed") && !text_at(poll, "kind").ends_with("undisclosed");
  started.content.kind = chat::Content::Kind::poll;
  started.content.text = started.question;
  for (std::size_t i = 0; i < started.answers.size(); ++i) {
    started.content.text += '\n' + std::to_string(i + 1) + ". " + started.answers[i].text;
  }
  return started;
}

Message read_vote(const json& content) {
  PollVoted voted;
  voted.poll = reference_of(content);
  if (voted.poll.empty()) return NoMessage{};
  const json& response = first_object(content, {"m.poll.response", "org.matrix.msc3381.poll.response"});
  const bool final_names = find_member(content, "m.selections") != nullptr;
  for (const json& each : final_names ? array_at(content, "m.selections") : array_at(response, "answers")) {
    const auto* id = each.get_ptr<const std::string*>();
    if (id != nullptr && voted.answers.size() < most_answers) voted.answers.push_back(*id);
  }
  return voted;
}

}  // namespace

bool is_poll_event(std::string_view type) { return !poll_part(type).empty(); }

Message read_poll(const Event& event) {
  const std::string_view part = poll_part(event.type);
  if (part == "response") return read_vote(event.content);
  if (part == "end") {
    std::string poll = reference_of(event.content);
    if (poll.empty()) return NoMessage{};
    return PollEnded{std::move(poll), extensible_text(event.content)};
  }
  const json& relates = object_at(event.content, "m.relates_to");
  const json& replacement = object_at(event.content, "m.new_content");
  const std::string edited = text_at(relates, "event_id");
  const bool edit = text_at(relates, "rel_type") == "m.replace" && edited.starts_with('$') && !replacement.empty();
  PollStarted started = read_start(edit ? replacement : event.content);
  started.stable = !event.type.starts_with(unstable);
  if (started.answers.empty()) {  // the text for clients that know no polls
    started.content.text = clean_body(text_at(event.content, "body"));
    if (started.content.text.empty()) started.content.text = extensible_text(event.content);
  }
  if (started.content.text.empty()) return NoMessage{};
  if (edit) return Edited{edited, started.content, {}, started};
  return started;
}

}  // namespace dragoman::backends::matrix
