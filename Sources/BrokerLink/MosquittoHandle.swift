// The owner of one `struct mosquitto`, and the only place that turns libmosquitto's codes into Swift strings.

import CMosquitto
import Glibc

/// One client of libmosquitto, destroyed (and its socket closed) when it goes out of scope.
@safe
struct MosquittoHandle: ~Copyable {
    /// The handle itself; never escapes the target.
    let pointer: OpaquePointer

    // mosquitto_lib_init(3) counts its callers and must come before everything else; once a process is enough.
    private static let libraryStatus: Int32 = mosquitto_lib_init()

    /// Makes a client that is not connected. mosquitto_new(3)
    ///
    /// - Returns: `nil` for a client id that libmosquitto refuses.
    init?(clientID: String, isCleanSession: Bool) {
        guard Self.libraryStatus == MOSQ_ERR_SUCCESS.code,
            let pointer = unsafe mosquitto_new(clientID, isCleanSession, nil)
        else { return nil }
        unsafe self.pointer = unsafe pointer
    }

    deinit {
        unsafe mosquitto_destroy(pointer)
    }

    /// The socket, -1 when there is none. mosquitto_socket(3)
    var socket: Int32 { unsafe mosquitto_socket(pointer) }

    /// Whether something waits to be written. mosquitto_want_write(3)
    var wantsToWrite: Bool { unsafe mosquitto_want_write(pointer) }
}

extension mosq_err_t {
    /// The code as libmosquitto's functions return it.
    var code: Int32 { rawValue }
}

/// What libmosquitto's codes mean.
enum MosquittoCode {
    /// From here on codes are reason codes of MQTT 5 §2.4, not libmosquitto's own.
    static let firstReason: Int32 = 128

    /// The text for a result or reason code; for `MOSQ_ERR_ERRNO` that of `number`.
    static func text(_ code: Int32, errno number: Int32 = 0) -> String {
        if code == MOSQ_ERR_ERRNO.code, number != 0 { return unsafe String(cString: strerror(number)) }
        return unsafe String(
            cString: code >= firstReason ? mosquitto_reason_string(code) : mosquitto_strerror(code)
        )
    }

    /// The text for a refusal in CONNACK. MQTT 3.1.1 §3.2.2.3, MQTT 5 §3.2.2.2
    static func connackText(_ code: Int32) -> String {
        unsafe String(
            cString: code >= firstReason ? mosquitto_reason_string(code) : mosquitto_connack_string(code)
        )
    }
}
