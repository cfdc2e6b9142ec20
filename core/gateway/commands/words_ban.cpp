#include <algorithm>

#include "base/log.hpp"
#include "gateway/access.hpp"
#include "gateway/bans.hpp"
#include "gateway/commands/word_tools.hpp"
#include "gateway/commands/words.hpp"
#include "gateway/user.hpp"

// Who may not use the gateway.

namespace dragoman::gateway::commands {

namespace {

Result<std::string> read_target(const std::string& text) {
  const auto jid = xmpp::Jid::parse(text);
  if (!jid) return failure(Fault::unacceptable, '"' + text + "\" is no address: " + jid.error().text);
  // Who is banned is banned with all clients.
  return jid->bare().str();
}

/// The domain or bare JID is that of an admin, who may always use the gateway.
bool is_of_admin(const Context& context, const std::string& target) {
  const auto& admins = context.policy.admins;
  return std::find(admins.begin(), admins.end(), target) != admins.end();
}

}  // namespace

void add_ban(Call call) {
  Context& context = call.context;
  const auto target = read_target(call.arguments.get("jid"));
  if (!target) return call.answer(target.error());
  if (is_of_admin(context, *target)) {
    return call.answer(failure(Fault::not_allowed, *target + " is an administrator; take them out of `admins` first."));
  }
  const auto reason = read_reason(call.arguments.get("reason"));
  if (!reason) return call.answer(reason.error());
  const Timestamp now = context.timers.clock().utc();
  Ban ban{*reason, call.by, now, std::nullopt};
  if (const std::string& text = call.arguments.get("for"); !text.empty()) {
    const auto time = read_time(text);
    if (!time) return call.answer(time.error());
    if (*time == Duration::zero()) return call.answer(failure(Fault::unacceptable, "A ban lasts longer than nothing."));
    ban.until = now + std::chrono::duration_cast<std::chrono::milliseconds>(*time);
  }
  std::int64_t ended = 0;
  context.each_user([&](const User& user) {
    const bool meant = user.jid().str() == *target || user.jid().domain() == *target;
    if (meant && (user.is_present() || user.connected())) ++ended;
  });
  const std::string text = describe(ban);
  const auto &who = *target, &network = context.link.jid().str(), &by = call.by;
  const std::string until = ban.until ? minute_text(*ban.until) : "for good";
  const std::string& owner = who;
  LOG_INFO("banned", owner, network, until, by);
  context.bans.add(*target, std::move(ban));
  enforce_access(context);
  Report report;
  report.said = *target + " is banned " + text;
  report.facts.emplace_back("sessions_ended", ended);
  call.answer(std::move(report));
}

void remove_ban(Call call) {
  const auto target = read_target(call.arguments.get("jid"));
  if (!target) return call.answer(target.error());
  if (!call.context.bans.remove(*target)) {
    return call.answer(failure(Fault::not_found, *target + " is not banned."));
  }
  const auto &who = *target, &network = call.context.link.jid().str(), &by = call.by;
  const std::string& owner = who;
  LOG_INFO("no longer banned", owner, network, by);
  Report report;
  report.said = *target + " is banned no longer.";
  call.answer(std::move(report));
}

void list_bans(Call call) {
  Report report;
  Report::Table& table = report.tables.emplace_back();
  table.name = "bans";
  table.columns = {"jid", "until", "reason", "by", "since"};
  for (const auto& [target, ban] : call.context.bans.entries()) {
    const Report::Value until = ban.until ? Report::Value{*ban.until} : Report::Value{};
    const Report::Value since = ban.since == Timestamp{} ? Report::Value{} : Report::Value{ban.since};
    table.rows.push_back({target, until, ban.reason, ban.by, since});
  }
  call.answer(std::move(report));
}

}  // namespace dragoman::gateway::commands
