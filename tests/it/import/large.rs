//! Memory: bounded by the operating system, so that a file which asks for more fails the test.

/// Runs the program with so many kilobytes of address space: exit code and both outputs together.
#[cfg(target_os = "linux")]
fn confined(folder: &std::path::Path, kilobytes: u64, file: &str) -> (i32, String) {
    let program = env!("CARGO_BIN_EXE_caseflow");
    let script = format!("ulimit -v {kilobytes}; exec \"$0\" import \"$1\" --format json");
    let out = std::process::Command::new("sh")
        .current_dir(folder)
        .args(["-c", &script, program, file])
        .output()
        .unwrap();
    let text = [out.stdout, out.stderr].concat();
    (out.status.code().unwrap_or(-1), String::from_utf8_lossy(&text).into_owned())
}

/// Every hostile file in 400 MB: read or refused, never out of memory.
#[test]
#[cfg(target_os = "linux")]
fn hostile_files_in_little_memory() {
    let here = tempfile::tempdir().unwrap();
    let all = super::hostile::texts()
        .into_iter()
        .chain(super::hostile::xmls())
        .chain(super::hostile_books::books())
        .chain(super::hostile_more::all());
    for (name, bytes, then) in all {
        std::fs::write(here.path().join("x"), &bytes).unwrap();
        let (code, text) = confined(here.path(), 400_000, "x");
        let expected = i32::from(matches!(then, super::hostile::Then::Refused(_)));
        assert_eq!(code, expected, "{name}: {text}");
    }
}

/// A looked after return of 40 MB, of which the records take a quarter, in 250 MB.
#[test]
#[cfg(target_os = "linux")]
fn a_large_file_streams() {
    use std::io::Write;
    let here = tempfile::tempdir().unwrap();
    let mut file = std::io::BufWriter::new(std::fs::File::create(here.path().join("big.csv")).unwrap());
    writeln!(file, "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,HOME_POST,PL_POST,URN,NOTE").unwrap();
    let note = "n".repeat(120);
    let rows = 200_000;
    for k in 0..rows {
        let (day, month) = (1 + k % 28, 1 + k / 28 % 9);
        let row = format!(
            "{k},{day:02}/{month:02}/2023,S,C2,N1,U6,PR1,{day:02}/12/2023,E4A,AB1 2CD,AB1 2CD,123456,{note}"
        );
        writeln!(file, "{row}").unwrap();
    }
    file.into_inner().unwrap().sync_all().unwrap();
    let (code, text) = confined(here.path(), 250_000, "big.csv");
    assert_eq!(code, 0, "{text}");
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["files"]["rows"][0]["records"], rows);
    assert_eq!(json["counts"]["rows"][0]["children"], rows);
}
