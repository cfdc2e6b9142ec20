#pragma once

#include <map>
#include <optional>
#include <string>

#include "gateway/commands/word.hpp"
#include "support/gateway_script.hpp"

namespace dragoman::gateway::operator_test {

/// A gateway with an admin, to which the operator says words.
class OperatorScript : public test::GatewayScript {
 public:
  explicit OperatorScript(Policy policy = with_admin(), test::FakeShape shape = {})
      : GatewayScript(std::move(policy), {}, std::move(shape)) {}
  static Policy with_admin() {
    Policy policy = GatewayScript::default_policy();
    policy.admins = {"root@test"};
    return policy;
  }

  /// Says a word to the network; its report, or the error in brackets.
  std::string says(const std::string& name, const std::map<std::string, std::string>& arguments = {}) {
    const commands::Word* word = commands::find_word(name);
    if (word == nullptr) return "no such word";
    commands::Call call{context(), {}, "uid 0", {}};
    for (const auto& [key, value] : arguments) call.arguments.set(key, value);
    if (const auto fit = commands::check_arguments(*word, call.arguments); !fit) return '[' + fit.error().text + ']';
    std::optional<std::string> answer;
    call.answer = [&answer](const Result<commands::Report>& result) {
      answer = result ? commands::to_text(*result)
                      : '[' + std::string{to_string(result.error().fault)} + "] " + result.error().text;
    };
    (word->of_network != nullptr ? word->of_network : word->of_program)(std::move(call));
    end_turn();
    EXPECT_TRUE(answer.has_value()) << name << " gave no answer";
    return answer.value_or("");
  }
  /// A line of the admin in a chat with the gateway; what it answers.
  std::string admin_writes(const std::string& line) {
    written();
    xmpp_sends("<message from='root@test/desk' to='irc.test' type='chat'><body>" + line + "</body></message>");
    std::string answer;
    for (const auto& each : written()) {
      if (each.get("to") == "root@test/desk") answer += each.child_text("body", xmpp::ns::component);
    }
    return answer;
  }
  void registers(const std::string& who) {
    xmpp_sends("<iq from='" + who +
               "@test/home' to='irc.test' type='set' id='r'><query xmlns='jabber:iq:register'><nick>" + who +
               "</nick></query></iq>");
    xmpp_sends("<presence from='" + who + "@test/home' to='irc.test'/>");
    written();
  }
  /// The error that a stanza of somebody gets: "forbidden: text".
  std::string refused(const std::string& xml) {
    written();
    xmpp_sends(xml);
    for (const auto& each : written()) {
      const auto* error = each.child("error", xmpp::ns::component);
      if (error == nullptr) continue;
      return error->first_element()->name + ": " + error->child_text("text", xmpp::ns::stanza_errors);
    }
    return {};
  }
};

inline bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace dragoman::gateway::operator_test
