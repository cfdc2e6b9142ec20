#include <utility>

#include "bridge/leg.hpp"

// Who may not be in a room, as its bot sees and changes it.

namespace dragoman::bridge {

void Leg::ask(const chat::Command& command, Asked asked) {
  if (!session_ || !is_joined()) return asked(failure(Fault::closed, "the bot is not in the room"));
  const chat::CommandId id = next_command();
  asked_.emplace(id, std::move(asked));
  session_->perform(id, command);
}

bool Leg::answered(const chat::Done& done) {
  const auto asked = asked_.extract(done.command);
  if (asked) asked.mapped()(done.answer);
  return !asked.empty();
}

bool Leg::answered(const chat::Failed& failed) {
  const auto asked = asked_.extract(failed.command);
  const bool refused = failed.outcome == chat::Failed::Outcome::refused;
  if (asked) asked.mapped()(failure(refused ? failed.fault : Fault::closed, failed.text));
  return !asked.empty();
}

void Leg::list_bans(BanMirror::Listed listed) {
  chat::ListStandings bans;
  bans.room = leg_.room;
  bans.affiliation = chat::Affiliation::outcast;
  ask(bans, [listed = std::move(listed)](const Result<chat::Answer>& answer) {
    if (!answer) return listed(answer.error());
    BanMirror::Entries entries;
    if (const auto* list = std::get_if<chat::StandingList>(&*answer)) {
      for (const chat::Ranked& each : list->entries) entries.insert({each.mask, each.nickname});
    }
    listed(std::move(entries));
  });
}

void Leg::set_ban(const BanMirror::Entry& who, bool banned, const std::string& reason, BanMirror::Ended ended) {
  chat::SetStanding standing;
  standing.room = leg_.room;
  // What a list shows names somebody by one of both: the mask is what is banned.
  (who.mask.empty() ? standing.nickname : standing.mask) = who.mask.empty() ? who.nickname : who.mask;
  standing.affiliation = banned ? chat::Affiliation::outcast : chat::Affiliation::none;
  standing.reason = reason;
  ask(standing, [ended = std::move(ended)](const Result<chat::Answer>& answer) {
    if (!answer) return ended(answer.error());
    ended({});
  });
}

}  // namespace dragoman::bridge
