#pragma once

#include <map>
#include <string>
#include <vector>

#include "backends/matrix/message_read.hpp"

// What is made of the votes of a poll (MSC3381): which count, and how they are shown in its text.

namespace dragoman::backends::matrix {

/// By user id the ids of the answers that somebody wants; none: they have voted for nothing that there is.
using Votes = std::map<std::string, std::vector<std::string>>;

/// Answers that there are, each once and as many as may be chosen; of a vote that has others nothing is left.
std::vector<std::string> valid_answers(const PollStarted& asked, const std::vector<std::string>& chosen);

/// The text of the poll as it stands: of a disclosed one, and of every one that has ended, how many want each answer.
///
///     What?
///     1. Cake (2)
///     2. Scone (0)
///     2 people have voted.
std::string poll_text(const PollStarted& asked, const Votes& votes, bool ended);

/// What somebody says by a vote: "votes for: Cake, Scone"; of an undisclosed poll only that they vote.
std::string vote_text(const PollStarted& asked, const std::vector<std::string>& chosen);

/// "The poll has ended: Cake 3, Tea 1.", the most wanted first.
std::string result_text(const PollStarted& asked, const Votes& votes);

/// "2", "1, 3", "1 3": ids of the answers with these numbers; nothing when it is anything else.
std::vector<std::string> read_numbers(std::string text, const PollStarted& asked);
/// Whether a text could be such numbers, of whichever poll.
bool are_numbers(std::string text);

}  // namespace dragoman::backends::matrix
