// How a connection is set up with libmosquitto, and begun.

import CMosquitto
import Glibc

extension ClientConnection {
    private var keepAliveSeconds: Int32 { Int32(target.options.heldKeepAlive.components.seconds) }

    /// Gives libmosquitto everything that it must know beforehand; what came of it.
    func setOptions() -> Int32 {
        let version = target.options.protocolVersion == .v5 ? MQTT_PROTOCOL_V5 : MQTT_PROTOCOL_V311
        unsafe mosquitto_int_option(handle.pointer, MOSQ_OPT_PROTOCOL_VERSION, version)
        unsafe mosquitto_int_option(handle.pointer, MOSQ_OPT_TCP_NODELAY, 1)
        // "Threaded" makes libmosquitto leave all writing to us: no PUBACK before the hand-over. design.md §5
        unsafe mosquitto_threaded_set(handle.pointer, true)
        if let userName = target.options.userName ?? target.address.userName {
            unsafe mosquitto_username_pw_set(handle.pointer, userName, target.options.password)
        }
        return target.address.usesTLS ? setSecurity() : MOSQ_ERR_SUCCESS.code
    }

    /// Whom to trust, and what to show. mosquitto_tls_set(3)
    private func setSecurity() -> Int32 {
        let security = target.options.security
        let systemAuthorities = security.authorityFile == nil ? TransportSecurity.systemAuthorities : nil
        if systemAuthorities != nil {
            unsafe mosquitto_int_option(handle.pointer, MOSQ_OPT_TLS_USE_OS_CERTS, 1)
        }
        unsafe mosquitto_tls_insecure_set(handle.pointer, !security.verifiesHostName)
        return unsafe mosquitto_tls_set(
            handle.pointer,
            security.authorityFile,
            systemAuthorities,
            security.certificateFile,
            security.keyFile,
            onPassphrase
        )
    }

    /// Begins to connect to a numeric address. mosquitto_connect_bind_async(3)
    func connectWithoutWaiting() -> Int32 {
        unsafe mosquitto_connect_bind_async(
            handle.pointer,
            target.host,
            Int32(target.address.port),
            keepAliveSeconds,
            target.options.bindAddress
        )
    }

    /// Connects, and returns when TCP stands; nothing is written to it but TLS's first words.
    ///
    /// mosquitto_connect_bind_v5(3)
    func connectWaiting() -> Int32 {
        var properties: OpaquePointer?
        defer { unsafe mosquitto_property_free_all(&properties) }
        if target.options.needsSessionExpiry {
            // The session never expires, as in MQTT 3.1.1: a recorder may be away for any time. MQTT 5 §3.1.2.11.2
            let key = Int32(MQTT_PROP_SESSION_EXPIRY_INTERVAL.rawValue)
            unsafe mosquitto_property_add_int32(&properties, key, .max)
        }
        return unsafe mosquitto_connect_bind_v5(
            handle.pointer,
            target.host,
            Int32(target.address.port),
            keepAliveSeconds,
            target.options.bindAddress,
            properties
        )
    }
}
