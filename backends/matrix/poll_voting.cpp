#include <utility>

#include "backends/matrix/handlers.hpp"
#include "backends/matrix/json.hpp"
#include "backends/matrix/message_write.hpp"
#include "backends/matrix/outcome.hpp"
#include "backends/matrix/paths.hpp"

// The owner votes by answering a poll with the number of an answer.

namespace dragoman::backends::matrix {

bool may_be_vote(const Saying& saying) {
  const chat::Content& content = saying.content;
  // A bridge has one account for many people, and one vote.
  if (content.reply_to.empty() || !content.attachments.empty() || !content.shown_author.empty()) return false;
  return are_numbers(content.text);
}

bool cast_vote(State& state, const Room& room, const Saying& saying, const Poll& poll, Effects& effects) {
  const std::vector<std::string> chosen = read_numbers(saying.content.text, poll.asked);
  if (chosen.empty()) return false;
  const chat::CommandId id = saying.command;
  if (!poll.end.empty()) {
    effects.refused(id, Fault::unacceptable, "This poll has ended.");
    return true;
  }
  if (chosen.size() > poll.asked.most_selections) {
    effects.refused(id, Fault::unacceptable,
                    "At most " + std::to_string(poll.asked.most_selections) + " answers may be chosen in this poll.");
    return true;
  }
  const std::string event_id = saying.content.reply_to.str();
  const Vote cast = make_vote(event_id, chosen, poll.asked.stable);
  Call call = event_call(room.id, cast.type, transaction_id(saying.key, 0), cast.content);
  call.patience = send_patience;
  state.calls.add(
      std::move(call),
      [id, event_id, chosen, type = cast.type](State& now, const Answer& answer, Effects& then) {
        if (!answer.ok()) return fail_command(now, id, answer, then);
        Event sent;
        sent.id = text_at(answer.body, "event_id");
        sent.type = type;
        sent.sender = now.me.user_id;
        note_own(now.sending, sent.id);
        chat::Sent evidence;
        evidence.ids.emplace_back(sent.id);
        then.done(id, std::move(evidence));
        const auto known = now.polls.of.find(event_id);
        Room* here = known == now.polls.of.end() ? nullptr : find_room(now, std::string_view{known->second.room});
        if (here == nullptr) return;
        // Before every end: that it counts is known, when it was cast only the homeserver knows.
        sent.time = known->second.casts[sent.sender].time;
        on_vote(now, *here, sent, PollVoted{event_id, chosen}, then);
      },
      effects);
  return true;
}

}  // namespace dragoman::backends::matrix
