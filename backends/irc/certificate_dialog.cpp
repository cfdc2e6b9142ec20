#include "backends/irc/certificate_dialog.hpp"

#include <utility>

#include "backends/irc/client_certificate.hpp"
#include "backends/irc/config.hpp"
#include "backends/irc/make_login.hpp"

namespace dragoman::backends::irc {

CertificateDialog::CertificateDialog(Gate& gate, const chat::Account& account, Show show)
    : show_(std::move(show)), hook_(gate, [this] { show_(std::exchange(step_, {})); }) {
  const auto fingerprints = fingerprints_of(Secret<std::string>{split_passwords(account.password).certificate});
  step_.failed = !fingerprints;
  step_.text = fingerprints ? certificate_hint(*fingerprints)
                            : "You have no client certificate. Register again with \"Client certificate\" chosen, then "
                              "one is made for you.";
  hook_.arm();
}

}  // namespace dragoman::backends::irc
