// How a connection rests while few messages come, and what the kernel knows of its socket. tcp(7)

import CMosquitto
import Glibc

extension ClientConnection {
    /// Rests for a moment when few messages came and all of them are acknowledged.
    func rest() {
        guard case .connected = phase, !handle.wantsToWrite, outgoing.isEmpty, subscribing.isEmpty,
            publishing.isEmpty
        else {
            return
        }
        pause.turnEnded(messages: turnMessages, isOwed: isTurnOwed, at: .now)
    }

    /// Reads what has gathered.
    func endRest() {
        pause.finish(after: silence)
        serve(Int16(POLLIN))
    }

    /// How long nothing has come. tcp(7), TCP_INFO
    private var silence: Duration? {
        var state = tcp_info()
        var size = socklen_t(MemoryLayout<tcp_info>.size)
        let status = unsafe getsockopt(handle.socket, Int32(IPPROTO_TCP), TCP_INFO, &state, &size)
        return status == 0 ? .milliseconds(Int64(state.tcpi_last_data_recv)) : nil
    }

    /// Holds back what is written, or lets it go. tcp(7), TCP_CORK
    func cork(_ isOn: Bool) {
        var value: Int32 = isOn ? 1 : 0
        let size = socklen_t(MemoryLayout<Int32>.size)
        _ = unsafe setsockopt(handle.socket, Int32(IPPROTO_TCP), TCP_CORK, &value, size)
    }

    /// The pending error of a connection attempt. socket(7), SO_ERROR
    func socketError() -> Int32? {
        var number: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        let status = unsafe getsockopt(handle.socket, SOL_SOCKET, SO_ERROR, &number, &size)
        return status == 0 && number != 0 ? number : nil
    }
}
