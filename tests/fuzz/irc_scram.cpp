// Any messages of a server: the exchange ends, and never well, because no fuzzer knows the password.

#include <string>

#include "backends/irc/scram.hpp"
#include "check.hpp"

using namespace dragoman;
using namespace dragoman::backends::irc;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input = fuzz::view(data, size);
  SaslLogin login;
  login.account = "user";
  login.password = Secret<std::string>{"pencil"};
  const bool long_hash = (fuzz::take(input) & 1) != 0;
  Scram scram{long_hash ? Scram::Hash::sha_512 : Scram::Hash::sha_256, login, "nonce"};
  CHECK_THAT(scram.answer(""));
  for (int message = 0; message < 4 && !input.empty(); ++message) {
    std::string challenge{fuzz::take_piece(input)};
    // Many iterations are slow, and say nothing new.
    if (challenge.find("i=") != std::string::npos && challenge.find("i=4096") == std::string::npos) return 0;
    const auto answer = scram.answer(challenge);
    if (answer) CHECK_THAT(answer->find("pencil") == std::string::npos);
    CHECK_THAT(!scram.complete());
    if (!answer) return 0;
  }
  return 0;
}
