// One message of nearly every rule of the built-in dialects.

extension DialectReaderTests {
    /// Topics and payloads that fit.
    static let examples: [(String, String)] = [
        (
            "v1/7/firmware/download/request",
            #"{"command_id":"5f0c7f4e-93a4-4c1d","signed_url":"http://h/f.bin?s=1","version":"2.1.0","#
                + #""checksum":"sha256:AB","size":1048576,"timeout":600,"timestamp":"2023-11-14T22:13:20Z"}"#
        ),
        (
            "v1/7/firmware/download/request/ack",
            #"{"command_id": "5f0c7f4e-93a4-4c1d", "status": "ACKNOWLEDGED", "message": "received"}"#
        ),
        (
            "v1/7/firmware/download/progress",
            #"{"command_id":"5f0c7f4e-93a4-4c1d","progress":3,"downloaded_bytes":26886,"total_bytes":1048576,"#
                + #""speed_kbps":512.25,"eta_seconds":42,"timestamp":"2023-11-14T22:13:20.000001+09:00"}"#
        ),
        (
            "v1/7/firmware/download/result",
            #"{"command_id":"c","status":"FAILED","message":"Checksum mismatch","checksum_verified":false,"#
                + #""download_time":1.5e1,"timestamp":"2023-11-14T22:15:20Z"}"#
        ),
        ("v1/7/firmware/download/cancel", #"{"command_id":"c\u0031","message":null}"#),
        (
            "/p/d/firmware/upgrade",
            #"{"messageId":"1551807719374848000","deviceId":"d","headers":{"productId":"p","timeout":"10000"},"#
                + #""timestamp":1700000007709,"url":"http://h/f","version":"1.0","sign":"ab","signMethod":"MD5","#
                + #""firmwareId":"fw1","size":0}"#
        ),
        ("/p/gw/child-reply/d/firmware/upgrade/reply", #"{"success":"false","code":"E1","message":"no"}"#),
        (
            "/p/d/firmware/upgrade/progress",
            #"{"deviceId":"d","messageId":"730959484189","timestamp":1700000007709,"progress":"13.5","#
                + #""complete":false,"success":true,"errorReason":"","version":"2.1.0","firmwareId":"fw1"}"#
        ),
        (
            "p/gw/child/d/firmware/upgrade/progress",
            #"{"progress":100,"complete":true,"success":false,"errorReason":"校验失败","headers":{"phase":"x"}}"#
        ),
        ("/p/d/firmware/pull", #"{"currentVersion":"1.0","requestVersion":"","timestampe":1.7e12}"#),
        ("/p/d/firmware/pull/reply", #"{"url":"","success":true}"#),
        ("/p/d/firmware/report", #" { "version" : 12 , "messageId" : true } "#),
        ("/p/d/firmware/read/reply", #"{"success":0,"code":404}"#),
        ("/p/d/online", "not JSON"),
        ("/p/d/log", #"{"log":"a text that comes once"}"#),
    ]
}
