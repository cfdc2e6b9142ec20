#include <algorithm>
#include <charconv>

#include "base/log.hpp"
#include "gateway/commands/word_tools.hpp"
#include "gateway/commands/words.hpp"
#include "gateway/invite_codes.hpp"

// Who may register where registration is by invitation.

namespace dragoman::gateway::commands {

namespace {

/// Fault::not_found: of several networks, those that invite answer.
Result<void> check_invites(const Context& context) {
  if (context.policy.registration == Policy::Registration::invited) return {};
  return failure(Fault::not_found,
                 context.link.jid().str() + " needs no invitations; registration = \"invited\" makes it need them.");
}

Result<int> read_uses(const std::string& typed) {
  if (typed.empty()) return 1;
  int uses = 0;
  const auto [end, error] = std::from_chars(typed.data(), typed.data() + typed.size(), uses);
  if (error == std::errc{} && end == typed.data() + typed.size() && uses >= 1 && uses <= most_uses_of_a_code) {
    return uses;
  }
  return failure(Fault::unacceptable, "A code is good for 1 to " + std::to_string(most_uses_of_a_code) + " accounts.");
}

}  // namespace

void add_invite(Call call) {
  Context& context = call.context;
  if (const auto invites = check_invites(context); !invites) return call.answer(invites.error());
  InviteCode about;
  const auto uses = read_uses(call.arguments.get("uses"));
  if (!uses) return call.answer(uses.error());
  const auto note = read_reason(call.arguments.get("note"));
  if (!note) return call.answer(note.error());
  const Timestamp now = context.timers.clock().utc();
  about.left = *uses, about.note = *note, about.by = call.by, about.since = now;
  if (const std::string& text = call.arguments.get("for"); !text.empty()) {
    const auto time = read_time(text);
    if (!time) return call.answer(time.error());
    if (*time == Duration::zero())
      return call.answer(failure(Fault::unacceptable, "A code lasts longer than nothing."));
    about.until = now + std::chrono::duration_cast<std::chrono::milliseconds>(*time);
  }
  const auto &network = context.link.jid().str(), &by = call.by;
  LOG_INFO("an invitation code was made", network, by);
  const std::string code = context.invite_codes.make(std::move(about)).reveal();
  Report report;
  report.said = "This code is shown once. Whoever has it opens a chat with " + network + " and writes \"register " +
                code + "\", or fills in its registration form.";
  report.facts.emplace_back("code", code);
  report.facts.emplace_back("uses", std::int64_t{*uses});
  call.answer(std::move(report));
}

void remove_invite(Call call) {
  const std::string& name = call.arguments.get("name");
  if (!call.context.invite_codes.remove(name)) {
    return call.answer(failure(Fault::not_found, "There is no code \"" + name + "\"; the list has their names."));
  }
  const auto &network = call.context.link.jid().str(), &by = call.by;
  LOG_INFO("an invitation code was taken back", network, by);
  Report report;
  report.said = "The code " + name + " is good for nothing any more.";
  call.answer(std::move(report));
}

void list_invites(Call call) {
  Report report;
  Report::Table& table = report.tables.emplace_back();
  table.name = "invites";
  table.columns = {"name", "left", "until", "note", "by", "since"};
  for (const auto& [name, code] : call.context.invite_codes.entries()) {
    const Report::Value until = code.until ? Report::Value{*code.until} : Report::Value{};
    table.rows.push_back({name, std::int64_t{code.left}, until, code.note, code.by, code.since});
  }
  call.answer(std::move(report));
}

}  // namespace dragoman::gateway::commands
