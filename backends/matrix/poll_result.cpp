#include "backends/matrix/poll_result.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "base/text.hpp"

namespace dragoman::backends::matrix {

namespace {

std::size_t count_of(const Votes& votes, const std::string& answer) {
  return static_cast<std::size_t>(std::count_if(votes.begin(), votes.end(), [&](const auto& each) {
    return std::find(each.second.begin(), each.second.end(), answer) != each.second.end();
  }));
}

/// Those who want something that there is.
std::size_t voters(const Votes& votes) {
  return static_cast<std::size_t>(
      std::count_if(votes.begin(), votes.end(), [](const auto& each) { return !each.second.empty(); }));
}

std::string people(std::size_t number) {
  return number == 1 ? std::string{"1 person has voted."} : std::to_string(number) + " people have voted.";
}

/// The numbers of a text that has nothing else.
std::optional<std::vector<std::size_t>> numbers_in(std::string text) {
  std::replace(text.begin(), text.end(), ',', ' ');
  std::vector<std::size_t> numbers;
  for (const std::string_view word : text::split(text, ' ')) {
    if (word.empty()) continue;
    std::size_t number = 0;
    const auto read = std::from_chars(word.data(), word.data() + word.size(), number);
    if (read.ec != std::errc{} || read.ptr != word.data() + word.size()) return std::nullopt;
    numbers.push_back(number);
  }
  return numbers;
}

}  // namespace

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

std::string poll_text(const PollStarted& asked, const Votes& votes, bool ended) {
  std::string text = asked.question;
  for (std::size_t i = 0; i < asked.answers.size(); ++i) {
    text += '\n' + std::to_string(i + 1) + ". " + asked.answers[i].text;
    // Of an undisclosed poll nobody sees what others want before its end.
    if (ended || asked.disclosed) text += " (" + std::to_string(count_of(votes, asked.answers[i].id)) + ')';
  }
  return text + '\n' + people(voters(votes)) + (ended ? " The poll has ended." : "");
}

std::string vote_text(const PollStarted& asked, const std::vector<std::string>& chosen) {
  if (chosen.empty()) return "takes the vote back";
  if (!asked.disclosed) return "votes";
  std::string words;
  for (const auto& answer : asked.answers) {
    if (std::find(chosen.begin(), chosen.end(), answer.id) == chosen.end()) continue;
    (words += words.empty() ? "" : ", ") += answer.text;
  }
  return "votes for: " + words;
}

std::string result_text(const PollStarted& asked, const Votes& votes) {
  std::vector<std::pair<std::size_t, std::string>> counted;
  for (const auto& answer : asked.answers) counted.emplace_back(count_of(votes, answer.id), answer.text);
  std::stable_sort(counted.begin(), counted.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::string text;
  for (const auto& [wanted, answer] : counted) {
    (text += text.empty() ? "" : ", ") += answer + ' ' + std::to_string(wanted);
  }
  return "The poll has ended: " + text + '.';
}

std::vector<std::string> read_numbers(std::string text, const PollStarted& asked) {
  std::vector<std::string> chosen;
  for (const std::size_t number : numbers_in(std::move(text)).value_or(std::vector<std::size_t>{})) {
    if (number < 1 || number > asked.answers.size()) return {};
    chosen.push_back(asked.answers[number - 1].id);
  }
  return chosen;
}

bool are_numbers(std::string text) {
  constexpr std::size_t longest = 80;  // of twenty answers
  if (text.size() > longest) return false;
  const auto numbers = numbers_in(std::move(text));
  return numbers && !numbers->empty();
}

}  // namespace dragoman::backends::matrix
