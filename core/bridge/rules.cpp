#include "bridge/rules.hpp"

#include <utility>

namespace dragoman::bridge {

Result<Rules> Rules::compile(const std::vector<RulePlan>& plans) {
  Rules rules;
  for (const RulePlan& plan : plans) {
    Rule rule{plan, std::nullopt, std::nullopt};
    for (const auto& [regex, pattern] : {std::pair{&plan.nick, &rule.nick}, std::pair{&plan.text, &rule.text}}) {
      if (regex->empty()) continue;
      auto compiled = Pattern::compile(*regex);
      if (!compiled) return failure(Fault::malformed, '"' + *regex + "\" is " + compiled.error().text);
      pattern->emplace(std::move(*compiled));
    }
    rules.rules_.push_back(std::move(rule));
  }
  return rules;
}

bool Rules::fits(const Rule& rule, const Said& said, const Verdict& so_far) {
  const std::string& from = rule.plan.from;
  if (!from.empty() && from != said.kind && from != said.network && from != said.address) return false;
  if (rule.nick && !rule.nick->is_found_in(so_far.name)) return false;
  return !rule.text || rule.text->is_found_in(so_far.text);
}

Rules::Verdict Rules::judge(const Said& said) const {
  Verdict verdict;
  verdict.name = said.name;
  verdict.text = said.text;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    const Rule& rule = rules_[i];
    if (!fits(rule, said, verdict)) continue;
    verdict.matched.push_back(i + 1);
    switch (rule.plan.action) {
      case RulePlan::Action::drop:
        verdict.dropped = true;
        return verdict;
      case RulePlan::Action::replace:
        if (rule.text) verdict.text = rule.text->replaced(verdict.text, rule.plan.with);
        break;
      case RulePlan::Action::rename:
        verdict.name = rule.nick ? rule.nick->replaced(verdict.name, rule.plan.with) : rule.plan.with;
        break;
    }
    if (!rule.plan.next) break;
  }
  return verdict;
}

}  // namespace dragoman::bridge
