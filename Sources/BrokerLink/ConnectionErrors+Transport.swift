// Words for what goes wrong while a connection is being encrypted.

import CMosquitto

extension ConnectionErrors {
    /// A handshake that failed, with the remedy that only its reason can name.
    func untrusted(_ fault: TransportFault, cause: String?) -> BrokerError {
        BrokerError(
            fault == .badFile ? .unusableFile : .tlsFailed,
            "\(address): " + remedy(for: fault),
            cause: cause
        )
    }

    private func remedy(for fault: TransportFault) -> String {
        switch fault {
        case .untrusted:
            target.options.security.authorityFile == nil
                ? "no authority that this machine trusts has signed the broker's certificate; give the one that did "
                    + "(--cafile FILE)."
                : "the authority in '\(target.options.security.authorityFile ?? "")' has not signed the broker's "
                    + "certificate; give the one that did (--cafile FILE)."
        case .expired: "the broker's certificate has expired; renew it, or correct this machine's clock."
        case .early:
            "the broker's certificate is not valid yet; correct this machine's clock, or the broker's."
        case .otherName:
            "the broker's certificate is not for the name '\(address.host)'; connect to the name that it is for, or "
                + "have it made for this one (subjectAltName). --insecure connects all the same: anybody with any "
                + "certificate of that authority can then pose as the broker."
        case .certificateWanted where target.options.security.certificateFile == nil:
            "the broker wants a client certificate; give one (--cert FILE --key FILE)."
        case .certificateWanted, .certificateRefused:
            "the broker does not accept our client certificate '\(target.options.security.certificateFile ?? "")'; has "
                + "it expired, and is it signed by the authority that the broker trusts?"
        case .notSpoken:
            "whoever listens there does not speak TLS; use mqtt:// for this port, or the port of the broker's TLS "
                + "listener (usually 8883)."
        // The alert that says why may be lost with the connection: TLS 1.3 judges clients when they write already.
        case .closed where target.options.security.certificateFile == nil:
            "the broker closed the encrypted connection without accepting it; does it want a client certificate (--cert "
                + "FILE --key FILE)? See the broker's log."
        case .closed:
            "the broker closed the encrypted connection without accepting it; does it accept our client certificate "
                + "'\(target.options.security.certificateFile ?? "")'? See the broker's log."
        case .badFile:
            "a certificate or key file cannot be used; it must be PEM, the key not encrypted and of that certificate."
        case .other: "no encrypted connection came about; see the cause, and the broker's log."
        }
    }
}
