#include "backends/matrix/polls.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "backends/matrix/handlers.hpp"
#include "backends/matrix/json.hpp"
#include "backends/matrix/message_write.hpp"
#include "backends/matrix/outcome.hpp"
#include "backends/matrix/paths.hpp"
#include "base/text.hpp"

namespace dragoman::backends::matrix {

namespace {

Poll* find_poll(State& state, const Room& room, const std::string& event_id) {
  const auto found = state.polls.of.find(event_id);
  return found == state.polls.of.end() || found->second.room != room.id ? nullptr : &found->second;
}

/// Answers that there are, each once and as many as may be chosen; of a vote that has others nothing is left (MSC3381).
std::vector<std::string> valid_answers(const PollStarted& asked, const std::vector<std::string>& chosen) {
  std::vector<std::string> valid;
  for (const std::string& id : chosen) {
    const bool known =
        std::any_of(asked.answers.begin(), asked.answers.end(), [&](const auto& each) { return each.id == id; });
    if (!known) return {};
    if (std::find(valid.begin(), valid.end(), id) == valid.end() && valid.size() < asked.most_selections) {
      valid.push_back(id);
    }
  }
  return valid;
}

std::string words_of(const PollStarted& asked, const std::vector<std::string>& chosen) {
  std::string words;
  for (const auto& answer : asked.answers) {
    if (std::find(chosen.begin(), chosen.end(), answer.id) == chosen.end()) continue;
    (words += words.empty() ? "" : ", ") += answer.text;
  }
  return words;
}

/// "Cake 3, Tea 1": the most wanted first.
std::string tally(const Poll& poll) {
  std::vector<std::pair<std::size_t, std::string>> counted;
  for (const auto& answer : poll.asked.answers) {
    const auto votes =
        static_cast<std::size_t>(std::count_if(poll.votes.begin(), poll.votes.end(), [&](const auto& each) {
          return std::find(each.second.begin(), each.second.end(), answer.id) != each.second.end();
        }));
    counted.emplace_back(votes, answer.text);
  }
  std::stable_sort(counted.begin(), counted.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::string text;
  for (const auto& [votes, answer] : counted) {
    (text += text.empty() ? "" : ", ") += answer + ' ' + std::to_string(votes);
  }
  return text;
}

/// "2", "1, 3", "1 3": ids of the answers with these numbers; nothing when it is anything else.
std::vector<std::string> read_numbers(std::string text, const PollStarted& asked) {
  std::replace(text.begin(), text.end(), ',', ' ');
  std::vector<std::string> chosen;
  for (const std::string_view word : text::split(text, ' ')) {
    if (word.empty()) continue;
    std::size_t number = 0;
    const auto read = std::from_chars(word.data(), word.data() + word.size(), number);
    const bool whole = read.ec == std::errc{} && read.ptr == word.data() + word.size();
    if (!whole || number < 1 || number > asked.answers.size()) return {};
    chosen.push_back(asked.answers[number - 1].id);
  }
  return chosen;
}

}  // namespace

void note_poll(State& state, const Room& room, const Event& event, const PollStarted& started) {
  if (event.id.empty() || started.answers.empty() || state.polls.of.contains(event.id)) return;
  state.polls.of.emplace(event.id, Poll{room.id, event.sender, started});
  state.polls.ages.push_back(event.id);
  if (state.polls.ages.size() <= Polls::most) return;
  state.polls.of.erase(state.polls.ages.front());
  state.polls.ages.pop_front();
}

std::string take_vote(State& state, const Room& room, const Event& event, const PollVoted& voted) {
  Poll* const poll = find_poll(state, room, voted.poll);
  if (poll == nullptr) return {};
  std::vector<std::string> chosen = valid_answers(poll->asked, voted.answers);
  std::vector<std::string>& before = poll->votes[event.sender];
  if (before == chosen) return {};
  const bool had = !before.empty();
  before = std::move(chosen);
  if (before.empty()) return "takes the vote back";
  // Of an undisclosed poll nobody sees what others want before its end.
  if (!poll->asked.disclosed) return had ? "votes anew" : "votes";
  return (had ? "votes for this now: " : "votes for: ") + words_of(poll->asked, before);
}

std::string end_poll(State& state, const Room& room, const Event& event, const PollEnded& ended) {
  const Poll* const poll = find_poll(state, room, ended.poll);
  if (poll == nullptr) return ended.text.empty() ? "The poll has ended." : ended.text;
  if (event.sender != poll->by && level_of(room, event.sender) < room.levels.redact) return {};
  const std::string text = "The poll has ended: " + tally(*poll) + '.';
  state.polls.ages.remove(ended.poll);
  state.polls.of.erase(ended.poll);
  return text;
}

bool vote(State& state, const Room& room, chat::CommandId id, const chat::SendMessage& send, Effects& effects) {
  const chat::Content& content = send.content;
  if (content.reply_to.empty() || !content.attachments.empty() || !content.shown_author.empty()) return false;
  const std::string& event_id = content.reply_to.str();
  const Poll* const poll = find_poll(state, room, event_id);
  if (poll == nullptr) return false;
  const std::vector<std::string> chosen = read_numbers(content.text, poll->asked);
  if (chosen.empty()) return false;
  if (chosen.size() > poll->asked.most_selections) {
    effects.refused(id, Fault::unacceptable,
                    "At most " + std::to_string(poll->asked.most_selections) + " answers may be chosen in this poll.");
    return true;
  }
  const Vote cast = make_vote(event_id, chosen, poll->asked.stable);
  const chat::OnceKey key = send.key != 0 ? send.key : state.shared.random.number();
  Call call{"PUT", room_path(room.id, "/send/" + cast.type + '/' + transaction_id(key, 0)), dump_json(cast.content)};
  call.lane = lane_of(room.id);
  call.patience = send_patience;
  state.calls.add(
      std::move(call),
      [id, event_id, chosen](State& now, const Answer& answer, Effects& then) {
        if (!answer.ok()) return fail_command(now, id, answer, then);
        const auto known = now.polls.of.find(event_id);
        if (known != now.polls.of.end()) known->second.votes[now.me.user_id] = chosen;
        const std::string sent = text_at(answer.body, "event_id");
        note_own(now.sending, sent);
        chat::Sent evidence;
        evidence.ids.emplace_back(sent);
        then.done(id, std::move(evidence));
      },
      effects);
  return true;
}

}  // namespace dragoman::backends::matrix
