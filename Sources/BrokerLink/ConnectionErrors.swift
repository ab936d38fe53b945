// Words for what goes wrong on a connection; codes of libmosquitto, MQTT and the system end here.

import CMosquitto
import Glibc

/// Names the failures of one connection.
struct ConnectionErrors {
    let target: ConnectionTarget

    var address: BrokerAddress { target.address }
    private var clientID: String { target.options.clientID }

    /// No CONNACK in time.
    var timeout: BrokerError {
        BrokerError(
            .timedOut,
            "\(address) did not accept the connection within \(target.options.connectTimeout); is it an MQTT broker, "
                + "and is no firewall in between?"
        )
    }

    /// The connection ended before CONNACK: `code` is libmosquitto's, `number` the system's where `code` says so.
    func unconnected(_ code: Int32, _ number: Int32) -> BrokerError {
        let cause = MosquittoCode.text(code, errno: number)
        let wasClosed = [ECONNRESET, EPIPE].contains(number)
        guard code == MOSQ_ERR_ERRNO.code, !wasClosed else {
            return BrokerError(
                .refused,
                "\(address) closed the connection without accepting it; is it an MQTT broker, and does this port "
                    + "take connections without TLS? If it wants TLS: mqtts://\(address).",
                cause: cause
            )
        }
        switch (number, target.options.bindAddress) {
        case (ECONNREFUSED, _):
            return BrokerError(
                .refused,
                "\(address) refused the connection; is the broker running, and is the port right?",
                cause: cause
            )
        case (EADDRNOTAVAIL, let local?), (EINVAL, let local?):
            return BrokerError(
                .unreachable,
                "\(address) cannot be reached from the local address \(local); `ip address` lists the ones that "
                    + "this machine has.",
                cause: cause
            )
        default:
            let message = "\(address) cannot be reached; check the address and the network."
            return BrokerError(.unreachable, message, cause: cause)
        }
    }

    /// CONNACK with a return code (MQTT 3.1.1 §3.2.2.3) or reason code (MQTT 5 §3.2.2.2) that is not success.
    func refused(_ code: Int32) -> BrokerError {
        let isDenied = [4, 5, 0x86, 0x87, 0x8A, 0x8C].contains(code)
        let words =
            switch code {
            case 1, 0x84:
                "\(address) does not speak MQTT \(target.options.protocolVersion.rawValue); try the other version "
                    + "(--mqtt-version)."
            case 2, 0x85:
                "\(address) does not take the client id '\(clientID)'; give another one (--client-id)."
            case 3, 0x88, 0x89, 0x97, 0x9F:
                "\(address) takes no connection at the moment; try again later, and see the broker's log."
            case 0x9C, 0x9D:
                "\(address) sends its clients to another broker; ask its operator for the address."
            case _ where isDenied: denial
            default:
                "\(address) turned the client '\(clientID)' down; see the cause, and the broker's log."
            }
        return BrokerError(
            isDenied ? .notAuthorised : .refused,
            words,
            cause: MosquittoCode.connackText(code)
        )
    }

    private var denial: String {
        guard let userName = target.options.userName ?? address.userName else {
            return
                "\(address) lets nobody in without a user and a password; give them (--username, --password-file)."
        }
        let hasPassword = target.options.password != nil
        return
            "\(address) does not let the user '\(userName)' in \(hasPassword ? "with this" : "without a") password; "
            + "check both (--username, --password-file)."
    }

    /// A connection lost, or an operation that libmosquitto would not begin.
    func failed(_ code: Int32, _ number: Int32) -> BrokerError {
        let cause = MosquittoCode.text(code, errno: number)
        let refusals = [
            MOSQ_ERR_INVAL, MOSQ_ERR_MALFORMED_UTF8, MOSQ_ERR_QOS_NOT_SUPPORTED, MOSQ_ERR_OVERSIZE_PACKET,
            MOSQ_ERR_RETAIN_NOT_SUPPORTED,
        ]
        guard refusals.contains(where: { $0.code == code }) else {
            return BrokerError(
                .connectionLost,
                "The connection to \(address) was lost; connect again once the broker is back, and see its log for "
                    + "the reason.",
                cause: cause
            )
        }
        return BrokerError(
            .badMessage,
            "\(address) does not take this message or subscription; see the cause, and the limits in the broker's "
                + "settings.",
            cause: cause
        )
    }

    /// What the broker delivered was not taken, and must not be acknowledged.
    var untaken: BrokerError {
        BrokerError(
            .disconnected,
            "The connection to \(address) was ended since there was no room for what it delivered."
        )
    }

    /// SUBACK with failures. MQTT 3.1.1 §3.9.3, MQTT 5 §3.9.3
    func subscriptionRefused(_ refused: [(filter: String, code: Int32)]) -> BrokerError {
        let names = refused.map { "'\($0.filter)'" }.joined(separator: ", ")
        let reasons = Set(refused.map { MosquittoCode.text($0.code) }).sorted().joined(separator: ", ")
        return BrokerError(
            .notAuthorised,
            "\(address) refused the subscription to \(names); check the broker's access rules (acl_file).",
            cause: reasons,
            refusedFilters: refused.map(\.filter)
        )
    }

    /// PUBACK or PUBREC with a failure. MQTT 5 §3.4.2.1
    func publishRefused(_ reason: Int32) -> BrokerError {
        BrokerError(
            .notAuthorised,
            "\(address) refused the message; check the broker's access rules (acl_file).",
            cause: MosquittoCode.text(reason)
        )
    }
}
