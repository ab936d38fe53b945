// The C entry points that libmosquitto calls, each one call into the ClientConnection behind it.
//
// The connection outlives every call: it owns the handle whose functions call back, on its own thread.

import CMosquitto

/// Registers all callbacks for `connection`, which owns the handle.
func setCallbacks(_ handle: borrowing MosquittoHandle, to connection: ClientConnection) {
    unsafe mosquitto_user_data_set(handle.pointer, Unmanaged.passUnretained(connection).toOpaque())
    unsafe mosquitto_connect_v5_callback_set(handle.pointer, onConnect)
    unsafe mosquitto_disconnect_callback_set(handle.pointer, onDisconnect)
    unsafe mosquitto_subscribe_callback_set(handle.pointer, onSubscribe)
    unsafe mosquitto_unsubscribe_callback_set(handle.pointer, onUnsubscribe)
    unsafe mosquitto_publish_v5_callback_set(handle.pointer, onPublish)
    unsafe mosquitto_message_callback_set(handle.pointer, onMessage)
}

/// Registers the log callback, which alone tells whether a message is a duplicate and why TLS failed, or removes it.
func setLogCallback(_ handle: borrowing MosquittoHandle, isOn: Bool) {
    unsafe mosquitto_log_callback_set(handle.pointer, isOn ? onLog : nil)
}

/// Gives no passphrase: otherwise OpenSSL would ask for one on the terminal. SSL_CTX_set_default_passwd_cb(3)
func onPassphrase(_: UnsafeMutablePointer<CChar>?, _: Int32, _: Int32, _: UnsafeMutableRawPointer?) -> Int32 {
    0
}

private func connection(_ user: UnsafeMutableRawPointer?) -> ClientConnection? {
    unsafe user.map { unsafe Unmanaged<ClientConnection>.fromOpaque($0).takeUnretainedValue() }
}

private func onConnect(
    _: OpaquePointer?,
    user: UnsafeMutableRawPointer?,
    code: Int32,
    flags: Int32,
    properties: OpaquePointer?
) {
    var seconds: UInt16 = 0
    let key = Int32(MQTT_PROP_SERVER_KEEP_ALIVE.rawValue)
    _ = unsafe mosquitto_property_read_int16(properties, key, &seconds, false)
    unsafe connection(user)?.didConnect(
        code: code,
        isSessionPresent: flags & 1 != 0,
        serverKeepAlive: seconds > 0 ? .seconds(Int64(seconds)) : nil
    )
}

private func onDisconnect(_: OpaquePointer?, user: UnsafeMutableRawPointer?, code: Int32) {
    unsafe connection(user)?.didDisconnect(code: code)
}

private func onSubscribe(
    _: OpaquePointer?,
    user: UnsafeMutableRawPointer?,
    packetID: Int32,
    count: Int32,
    granted: UnsafePointer<Int32>?
) {
    let codes = unsafe UnsafeBufferPointer(start: granted, count: max(0, Int(count)))
    unsafe connection(user)?.didSubscribe(packetID, granted: Array(codes))
}

private func onUnsubscribe(_: OpaquePointer?, user: UnsafeMutableRawPointer?, packetID: Int32) {
    unsafe connection(user)?.didUnsubscribe(packetID)
}

private func onPublish(
    _: OpaquePointer?,
    user: UnsafeMutableRawPointer?,
    packetID: Int32,
    reason: Int32,
    _: OpaquePointer?
) {
    unsafe connection(user)?.didPublish(packetID, reason: reason)
}

private func onMessage(
    _: OpaquePointer?,
    user: UnsafeMutableRawPointer?,
    message: UnsafePointer<mosquitto_message>?
) {
    guard let message = unsafe message?.pointee else { return }
    unsafe connection(user)?.didReceive(message)
}

private func onLog(
    _: OpaquePointer?,
    user: UnsafeMutableRawPointer?,
    level: Int32,
    text: UnsafePointer<CChar>?
) {
    guard let text = unsafe text else { return }
    unsafe connection(user)?.didLog(level: level, text)
}
