#include <algorithm>

#include "base/text.hpp"
#include "gateway/access_lists.hpp"
#include "gateway/commands/admin.hpp"
#include "gateway/commands/makers.hpp"
#include "gateway/user.hpp"

// How many people there are, and who (XEP-0133 4.13-4.22).

namespace dragoman::gateway::commands {

namespace {

using Kind = chat::Field::Kind;

/// Who is looked for, by what stands in the name of the command: "registered", "online" ...
enum class Group { registered, disabled, online, active, idle };
constexpr const char* words[] = {"registered", "disabled", "online", "active", "idle"};

Group group_of(const std::string& command) {
  for (std::size_t i = 0; i < std::size(words); ++i) {
    if (command.find(words[i]) != std::string::npos) return static_cast<Group>(i);
  }
  return Group::registered;
}

bool is_in(const User& user, Group group) {
  const bool idle = user.showing().availability != chat::Availability::available;
  switch (group) {
    case Group::registered:
      return user.registered();
    case Group::disabled:
      return false;  // these are a list of their own
    case Group::online:
      return user.is_present();
    case Group::active:
      return user.is_present() && !idle;
    case Group::idle:
      return user.is_present() && idle;
  }
  return false;
}

std::vector<std::string> people_in(const Context& context, Group group) {
  std::vector<std::string> people;
  if (group == Group::disabled) {
    const auto& disabled = context.access.entries(AccessLists::List::disabled);
    return {disabled.begin(), disabled.end()};
  }
  context.each_user([&](User& user) {
    if (is_in(user, group)) people.push_back(user.jid().str());
  });
  std::sort(people.begin(), people.end());
  return people;
}

class Numbers final : public Command {
 public:
  explicit Numbers(Opening opening) : Command(std::move(opening)) {
    const std::string word = words[static_cast<std::size_t>(group_of(name()))];
    chat::Form form = make_admin_form("Number of " + word + " users");
    form.fields.push_back(make_field(Kind::text, word + "usersnum", "The number of " + word + " users"));
    form.fields.back().values = {std::to_string(people_in(context(), group_of(name())).size())};
    finish({}, std::move(form));
  }
};

class Lists final : public Command {
 public:
  explicit Lists(Opening opening) : Command(std::move(opening)) {
    chat::Form form = make_admin_form("List of " + word() + " users");
    chat::Field most = make_field(Kind::choice, "max_items", "Maximum number of items to show");
    for (const char* number : {"25", "50", "75", "100", "150", "200"}) most.options.emplace_back(number, number);
    most.options.emplace_back("none", "None");
    most.values = {"none"};
    form.fields.push_back(std::move(most));
    show(std::move(form));
  }

  void submit(const chat::Fields& answers) override {
    std::vector<std::string> people = people_in(context(), group_of(name()));
    const std::size_t all = people.size();
    const std::string& most = answers.get("max_items");
    if (!most.empty() && most != "none") people.resize(std::min(all, static_cast<std::size_t>(std::stoul(most))));
    const std::string text =
        people.size() == all ? std::string{}
                             : "These are the first " + std::to_string(people.size()) + " of " + std::to_string(all);
    chat::Form form = make_admin_form("List of " + word() + " users");
    form.fields.push_back(make_field(Kind::addresses, word() + "userjids", "The " + word() + " users"));
    form.fields.back().values = std::move(people);
    finish(text, std::move(form));
  }

 private:
  std::string word() const { return words[static_cast<std::size_t>(group_of(name()))]; }
};

}  // namespace

Made make_numbers(Opening opening) { return std::make_unique<Numbers>(std::move(opening)); }
Made make_lists(Opening opening) { return std::make_unique<Lists>(std::move(opening)); }

}  // namespace dragoman::gateway::commands
