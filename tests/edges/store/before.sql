BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0005');
CREATE TABLE compatibility (
	oldest VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_compatibility PRIMARY KEY (oldest)
);
INSERT INTO "compatibility" VALUES('0002');
CREATE TABLE deliveries (
	id VARCHAR(200) NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_deliveries PRIMARY KEY (id)
);
INSERT INTO "deliveries" VALUES('1795795624151.1776429431.46940a62afdb20ffd5a932bd8931ceab','2026-11-27T16:07:04.162432+00:00');
INSERT INTO "deliveries" VALUES('1795795624152.7646482884.9415d318e2f22328b95d905c40e1becb','2026-11-27T16:07:04.162538+00:00');
INSERT INTO "deliveries" VALUES('1795795624493.3747130929.de2f6c7ee38ccf5d83c1d38412ee100a','2026-11-27T16:07:04.494315+00:00');
INSERT INTO "deliveries" VALUES('1795795624493.6201978207.cca33b6cde98a9ef23e6f1a22c449f10','2026-11-27T16:07:04.498523+00:00');
INSERT INTO "deliveries" VALUES('V0001778A05/1795795625.h0002BA6012','2026-11-27T16:07:05.430258+00:00');
INSERT INTO "deliveries" VALUES('V00037E5BDC/1795795625.h0004C63752','2026-11-27T16:07:05.440584+00:00');
INSERT INTO "deliveries" VALUES('1795795625464.8736326710.27674a66b2c2ddb9c72c5e3476484193','2026-11-27T16:07:05.475629+00:00');
INSERT INTO "deliveries" VALUES('V000560CDC8/1795795625.h0006A99345','2026-11-27T16:07:05.787911+00:00');
INSERT INTO "deliveries" VALUES('1795795625833.4118827869.0d5628c0d80beaf3a176be4270c69a64','2026-11-27T16:07:05.862749+00:00');
INSERT INTO "deliveries" VALUES('1795795626245.7934105867.11bb62c6c85c054f9d66f6c3337ddc61','2026-11-27T16:07:06.251247+00:00');
INSERT INTO "deliveries" VALUES('1795795626298.7187216662.2fb0d657340f92841fe76a64e851bbce','2026-11-27T16:07:06.299945+00:00');
INSERT INTO "deliveries" VALUES('V0009F6D911/1795795627.h0010ACF4DD','2026-11-27T16:07:07.350139+00:00');
INSERT INTO "deliveries" VALUES('1795795627383.5300174742.ee2ab21941dc94ab9d296b4b5caa2e87','2026-11-27T16:07:07.390689+00:00');
INSERT INTO "deliveries" VALUES('V0007052B92/1795795627.h0008D67D36','2026-11-27T16:07:07.407064+00:00');
INSERT INTO "deliveries" VALUES('V0011A93461/1795795627.h0012EBCB56','2026-11-27T16:07:07.569501+00:00');
INSERT INTO "deliveries" VALUES('1795795628283.4139218281.0a0e10d6249e25c0956f36f81b14f0e0','2026-11-27T16:07:08.284747+00:00');
INSERT INTO "deliveries" VALUES('1795795628321.3140573015.ee310bd02e763d6a8bae2fd58b9177b5','2026-11-27T16:07:08.323061+00:00');
INSERT INTO "deliveries" VALUES('1795795629281.6333856418.73198f36013abfca55f1aca5e34e6928','2026-11-27T16:07:09.283021+00:00');
INSERT INTO "deliveries" VALUES('V0013451EE2/1795795629.h00147F4EE2','2026-11-27T16:07:09.446953+00:00');
INSERT INTO "deliveries" VALUES('V0015A6E5DF/1795795629.h00163B406F','2026-11-27T16:07:09.572173+00:00');
INSERT INTO "deliveries" VALUES('1795795629611.3357948352.9ca23760b7cd8469175439fb7dc3971b','2026-11-27T16:07:09.612255+00:00');
INSERT INTO "deliveries" VALUES('1795795630340.6533031676.18a85c96e7af3ab52a11020258941d2d','2026-11-27T16:07:10.341699+00:00');
INSERT INTO "deliveries" VALUES('V0017A13FC0/1795795630.h0018929AE9','2026-11-27T16:07:10.467996+00:00');
INSERT INTO "deliveries" VALUES('1795795631310.6154185645.e55ec05a4e2b122043398fb8278aa2ce','2026-11-27T16:07:11.311145+00:00');
INSERT INTO "deliveries" VALUES('V00195C1335/1795795631.h0020182298','2026-11-27T16:07:11.406060+00:00');
INSERT INTO "deliveries" VALUES('V002154362E/1795795631.h0022639F41','2026-11-27T16:07:11.499083+00:00');
INSERT INTO "deliveries" VALUES('1795795632274.8381114562.3e17863c915e670425ab2ce4ca5f0c07','2026-11-27T16:07:12.275343+00:00');
INSERT INTO "deliveries" VALUES('1795795632345.1735165971.a79264306b4b0c409f1420a2e6d9d491','2026-11-27T16:07:12.346202+00:00');
INSERT INTO "deliveries" VALUES('V0023485550/1795795633.h00246E5625','2026-11-27T16:07:13.389696+00:00');
INSERT INTO "deliveries" VALUES('1795795633393.9139482311.e559d1b03d14281bc94edd250754d6a3','2026-11-27T16:07:13.394216+00:00');
INSERT INTO "deliveries" VALUES('V002504F27C/1795795633.h002665F3F8','2026-11-27T16:07:13.431042+00:00');
INSERT INTO "deliveries" VALUES('1795795634269.5113859938.4c03cfbfaed71643bfc60e8688f6593f','2026-11-27T16:07:14.270494+00:00');
INSERT INTO "deliveries" VALUES('V0027605F02/1795795634.h00282DDD3B','2026-11-27T16:07:14.439846+00:00');
INSERT INTO "deliveries" VALUES('1795795634589.7266649902.821e0a072510c51b16466eca9622ca2c','2026-11-27T16:07:14.590760+00:00');
INSERT INTO "deliveries" VALUES('1795795635279.9154923895.86175a28a58ddb7b29faa1c24703c4d6','2026-11-27T16:07:15.280245+00:00');
INSERT INTO "deliveries" VALUES('V0029415EF0/1795795635.h00304B60E4','2026-11-27T16:07:15.758549+00:00');
INSERT INTO "deliveries" VALUES('1795795636316.7219525513.5d1204985bf758fe46c5454502786663','2026-11-27T16:07:16.317539+00:00');
INSERT INTO "deliveries" VALUES('1795795636599.2905047718.2d405adcf99496320bfcab730999bb16','2026-11-27T16:07:16.600390+00:00');
INSERT INTO "deliveries" VALUES('V003199B351/1795795637.h00322AA871','2026-11-27T16:07:17.405257+00:00');
INSERT INTO "deliveries" VALUES('1795795637633.6268295495.56ec52ffe0d0e519ef46ba5644089387','2026-11-27T16:07:17.634838+00:00');
CREATE TABLE facts (
	position INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	run_id VARCHAR(100) NOT NULL, 
	seq INTEGER NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	body TEXT NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	CONSTRAINT fk_facts_run_id FOREIGN KEY(run_id) REFERENCES runs (run_id), 
	CONSTRAINT uq_facts_run_id UNIQUE (run_id, seq)
);
INSERT INTO "facts" VALUES(1,'CA-1',1,'2026-11-27T16:07:04.162432+00:00','run_started','{"by":{"id":"U0ANA","name":"ana"},"channel":"C0INCIDENTS","inputs":{"thing":"ana-1"},"kind":"run_started","procedure":{"checks":{"works":{"expect":[{"equals":true,"pointer":"/works"}],"get":"/works","target":"system","title":"It works"}},"estimate":"10m","id":"chore-ana","inputs":{"thing":{"description":"What","pattern":"[a-z0-9 -]+","required":true}},"owner":{"slack":"#trust-oncall","team":"trust-platform"},"review_every":"3650d","reviewed":"2026-11-01","schema":"procedure/v1","severity":"SEV3","steps":[{"check":"works","do":"See to {{ thing }}.","id":"s1","title":"Part 1"},{"do":"See to {{ thing }}.","id":"s2","title":"Part 2"},{"do":"See to {{ thing }}.","id":"s3","title":"Part 3"},{"do":"See to {{ thing }}.","id":"s4","title":"Part 4"}],"summary":"Some work.","symptoms":[{"text":"There is work to do"}],"title":"Chore of ana","verification":[{"check":"works"},{"confirm":"The work is done"}]},"source":"schema: procedure/v1\nid: chore-ana\ntitle: Chore of ana\nsummary: Some work.\nseverity: SEV3\nowner:\n  team: trust-platform\n  slack: ''#trust-oncall''\nestimate: 10m\nreviewed: ''2026-11-01''\nreview_every: 3650d\nsymptoms:\n- There is work to do\ninputs:\n  thing:\n    description: What\n    pattern: ''[a-z0-9 -]+''\n    required: true\nchecks:\n  works:\n    title: It works\n    target: system\n    get: /works\n    expect:\n    - pointer: /works\n      equals: true\nsteps:\n- id: s1\n  title: Part 1\n  do: See to {{ thing }}.\n  check: works\n- id: s2\n  title: Part 2\n  do: See to {{ thing }}.\n- id: s3\n  title: Part 3\n  do: See to {{ thing }}.\n- id: s4\n  title: Part 4\n  do: See to {{ thing }}.\nverification:\n- check: works\n- confirm: The work is done\n","source_sha256":"6828afcd80d40c8d042b497b0f5d2f2d54182843de278d7479bed188a6a1317e","team":"T0WORKSPACE","v":1}','b0fc5461e640afb9ea242366c70355030edafd55c6ec70153b38471c5077185b');
INSERT INTO "facts" VALUES(2,'CB-1',1,'2026-11-27T16:07:04.162538+00:00','run_started','{"by":{"id":"U0BEN","name":"ben"},"channel":"C0TRUSTONCALL","inputs":{"thing":"ben-1"},"kind":"run_started","procedure":{"checks":{"works":{"expect":[{"equals":true,"pointer":"/works"}],"get":"/works","target":"system","title":"It works"}},"estimate":"10m","id":"chore-ben","inputs":{"thing":{"description":"What","pattern":"[a-z0-9 -]+","required":true}},"owner":{"slack":"#trust-oncall","team":"trust-platform"},"review_every":"3650d","reviewed":"2026-11-01","schema":"procedure/v1","severity":"SEV3","steps":[{"check":"works","do":"See to {{ thing }}.","id":"s1","title":"Part 1"},{"do":"See to {{ thing }}.","id":"s2","title":"Part 2"},{"do":"See to {{ thing }}.","id":"s3","title":"Part 3"},{"do":"See to {{ thing }}.","id":"s4","title":"Part 4"}],"summary":"Some work.","symptoms":[{"text":"There is work to do"}],"title":"Chore of ben","verification":[{"check":"works"},{"confirm":"The work is done"}]},"source":"schema: procedure/v1\nid: chore-ben\ntitle: Chore of ben\nsummary: Some work.\nseverity: SEV3\nowner:\n  team: trust-platform\n  slack: ''#trust-oncall''\nestimate: 10m\nreviewed: ''2026-11-01''\nreview_every: 3650d\nsymptoms:\n- There is work to do\ninputs:\n  thing:\n    description: What\n    pattern: ''[a-z0-9 -]+''\n    required: true\nchecks:\n  works:\n    title: It works\n    target: system\n    get: /works\n    expect:\n    - pointer: /works\n      equals: true\nsteps:\n- id: s1\n  title: Part 1\n  do: See to {{ thing }}.\n  check: works\n- id: s2\n  title: Part 2\n  do: See to {{ thing }}.\n- id: s3\n  title: Part 3\n  do: See to {{ thing }}.\n- id: s4\n  title: Part 4\n  do: See to {{ thing }}.\nverification:\n- check: works\n- confirm: The work is done\n","source_sha256":"f78d1b09e80df05587ac8d53fe56ed7d34069ccacf9a7dce2edfef182aace594","team":"T0WORKSPACE","v":1}','bdeb5cb444c3098cfbc68b49ba8886d6943d503c3c50e7d47504faec30a3fda4');
INSERT INTO "facts" VALUES(3,'CA-1',2,'2026-11-27T16:07:04.494315+00:00','step_taken','{"by":{"id":"U0ANA","name":"ana"},"confirmed":null,"kind":"step_taken","step":"s1","v":1}','e1f716a6ba1ed08aa19142194659b164752b687ebcc1d51fd8b26109ca1f11d1');
INSERT INTO "facts" VALUES(4,'CB-1',2,'2026-11-27T16:07:04.498523+00:00','step_taken','{"by":{"id":"U0BEN","name":"ben"},"confirmed":null,"kind":"step_taken","step":"s1","v":1}','006575c46793f6310c6ff9d6e00e80096da0478c10726cc84ff2ca3bfba9e3be');
INSERT INTO "facts" VALUES(5,'CA-1',3,'2026-11-27T16:07:05.430258+00:00','note_added','{"by":{"id":"U0ANA","name":"ana"},"kind":"note_added","step":null,"text":"note_added 1 by ana","v":1}','0cc4e2d7a67703d20f0f15073d7a37b362c5d2c76771ef5c3169b6658e9d2b9c');
INSERT INTO "facts" VALUES(6,'CB-1',3,'2026-11-27T16:07:05.440584+00:00','note_added','{"by":{"id":"U0BEN","name":"ben"},"kind":"note_added","step":null,"text":"note_added 1 by ben","v":1}','2149443e28384d74d5c40c4442f0c4ae9c681f4dda719c5b07b36892889527d1');
INSERT INTO "facts" VALUES(7,'CA-1',4,'2026-11-27T16:07:05.475629+00:00','step_done','{"by":{"id":"U0ANA","name":"ana"},"kind":"step_done","step":"s1","v":1}','8d28ef8cdd9e334b7d1a01fcdcbb3f24323d59e4925a6dca1cd96add921ffb83');
INSERT INTO "facts" VALUES(8,'CA-1',5,'2026-11-27T16:07:05.475629+00:00','check_requested','{"batch":null,"by":{"id":"U0ANA","name":"ana"},"check":"works","kind":"check_requested","request":"c5","step":"s1","v":1,"wait":false}','e33b6d61cfb618d5d018c9d112bdcaba2bbef10c2af03e452807003ab842d5c1');
INSERT INTO "facts" VALUES(9,'CA-1',6,'2026-11-27T16:07:05.608434+00:00','check_observed','{"advance":null,"check":"works","final":true,"green":true,"kind":"check_observed","reason":null,"request":"c5","seen":[{"expectation":"/works equals true","held":true,"member":null,"seen":"true"}],"v":1}','e27ed9cfa806d26af18d59ca70d50cbd1d80104d8c90dad269a554de8574b60f');
INSERT INTO "facts" VALUES(10,'CB-1',4,'2026-11-27T16:07:05.787911+00:00','note_added','{"by":{"id":"U0BEN","name":"ben"},"kind":"note_added","step":null,"text":"note_added 2 by ben","v":1}','5ef1e4c81276b8688e5d925c11d67b405c2d1a16ada38b8c9bec6ee2d073ac8c');
INSERT INTO "facts" VALUES(11,'CB-1',5,'2026-11-27T16:07:05.862749+00:00','step_done','{"by":{"id":"U0BEN","name":"ben"},"kind":"step_done","step":"s1","v":1}','5207b1ffb660f97c3ddcb5f74fa7d449ea71611a71db9e6eac43aa0fc2b5d41d');
INSERT INTO "facts" VALUES(12,'CB-1',6,'2026-11-27T16:07:05.862749+00:00','check_requested','{"batch":null,"by":{"id":"U0BEN","name":"ben"},"check":"works","kind":"check_requested","request":"c6","step":"s1","v":1,"wait":false}','b3e3182685a52cb66be5a8321915d8814582f276f529eb9f5087fd7ed8fc3463');
INSERT INTO "facts" VALUES(13,'CB-1',7,'2026-11-27T16:07:05.914365+00:00','check_observed','{"advance":null,"check":"works","final":true,"green":true,"kind":"check_observed","reason":null,"request":"c6","seen":[{"expectation":"/works equals true","held":true,"member":null,"seen":"true"}],"v":1}','228f32548de5edfee1ba5c4405af074d3622536669b2ef9f3f9760f6ac88e4b4');
INSERT INTO "facts" VALUES(14,'CA-1',7,'2026-11-27T16:07:06.251247+00:00','step_taken','{"by":{"id":"U0ANA","name":"ana"},"confirmed":null,"kind":"step_taken","step":"s2","v":1}','a2eca57c098d9efd89e74ca5e8df78f61717d52ee3b0f74d6a7d04119820a3ee');
INSERT INTO "facts" VALUES(15,'CB-1',8,'2026-11-27T16:07:06.299945+00:00','step_taken','{"by":{"id":"U0BEN","name":"ben"},"confirmed":null,"kind":"step_taken","step":"s2","v":1}','09d20ae0467402e4adc88de8da4e29d64befe664a7b41ba89e86e5ee5484af34');
INSERT INTO "facts" VALUES(16,'CA-1',8,'2026-11-27T16:07:07.350139+00:00','note_added','{"by":{"id":"U0ANA","name":"ana"},"kind":"note_added","step":null,"text":"note_added 2 by ana","v":1}','e46af779726a77cc9da071b773bb8e0507fd47c0985735936097aee90fbfc903');
INSERT INTO "facts" VALUES(17,'CA-1',9,'2026-11-27T16:07:07.390689+00:00','step_done','{"by":{"id":"U0ANA","name":"ana"},"kind":"step_done","step":"s2","v":1}','00d8800defd6ef8e84c5ec05a7c8987d234962142198bcdd262d8dd880cf1bf4');
INSERT INTO "facts" VALUES(18,'CB-1',9,'2026-11-27T16:07:07.407064+00:00','note_added','{"by":{"id":"U0BEN","name":"ben"},"kind":"note_added","step":null,"text":"note_added 3 by ben","v":1}','21790272384bc8018782bea7e92d266be4fccf563576243b2362e903b47e26b0');
INSERT INTO "facts" VALUES(19,'CB-1',10,'2026-11-27T16:07:07.569501+00:00','step_failed','{"by":{"id":"U0BEN","name":"ben"},"kind":"step_failed","step":"s2","v":1,"what":"step_failed 4 by ben"}','1f006f3d1dc9df0b7edbaea25c0e3cd28f7d5d726fb599042b4d4db7c73060c3');
INSERT INTO "facts" VALUES(20,'CA-1',10,'2026-11-27T16:07:08.284747+00:00','step_taken','{"by":{"id":"U0ANA","name":"ana"},"confirmed":null,"kind":"step_taken","step":"s3","v":1}','341382953b47b9a8e061e8e625bd986dd2fdd7a2cd61f6a03d67e24398d37c57');
INSERT INTO "facts" VALUES(21,'CB-1',11,'2026-11-27T16:07:08.323061+00:00','step_taken','{"by":{"id":"U0BEN","name":"ben"},"confirmed":null,"kind":"step_taken","step":"s2","v":1}','e5bf8233807fa626d724c6095abf0d30b80f01671eb6344e7eaad331b600bc77');
INSERT INTO "facts" VALUES(22,'CB-1',12,'2026-11-27T16:07:09.283021+00:00','step_done','{"by":{"id":"U0BEN","name":"ben"},"kind":"step_done","step":"s2","v":1}','e3e40fead5e1c26152251200423d50b1b0145f5cad5fdb19b8700c4bcc1d18e7');
INSERT INTO "facts" VALUES(23,'CA-1',11,'2026-11-27T16:07:09.446953+00:00','note_added','{"by":{"id":"U0ANA","name":"ana"},"kind":"note_added","step":null,"text":"note_added 3 by ana","v":1}','41885a642d9f76b75c10acbc77ceb727605be096ecb11763884bd8718935d4e3');
INSERT INTO "facts" VALUES(24,'CA-1',12,'2026-11-27T16:07:09.572173+00:00','step_skipped','{"by":{"id":"U0ANA","name":"ana"},"kind":"step_skipped","reason":"step_skipped 4 by ana","step":"s3","v":1}','1939633e7a1f315f12017b6900f4ffd0f4da459953ef4adcc02c39fa86d3fb11');
INSERT INTO "facts" VALUES(25,'CA-1',13,'2026-11-27T16:07:09.612255+00:00','step_taken','{"by":{"id":"U0ANA","name":"ana"},"confirmed":null,"kind":"step_taken","step":"s4","v":1}','66eec07e43c11207f3573a129877c1e9a2a70a11b51825c05cb299ed2da5b7ef');
INSERT INTO "facts" VALUES(26,'CB-1',13,'2026-11-27T16:07:10.341699+00:00','step_taken','{"by":{"id":"U0BEN","name":"ben"},"confirmed":null,"kind":"step_taken","step":"s3","v":1}','7ccc21c41a773e0317fc7db8d2bceaff1944f40e20000ccca1f77b4f072ccf9b');
INSERT INTO "facts" VALUES(27,'CA-1',14,'2026-11-27T16:07:10.467996+00:00','step_failed','{"by":{"id":"U0ANA","name":"ana"},"kind":"step_failed","step":"s4","v":1,"what":"step_failed 5 by ana"}','be76892c1e247fa5668fca233f94e4fd6c7dc66ff7a343bf109a9f1594b9e5ad');
INSERT INTO "facts" VALUES(28,'CA-1',15,'2026-11-27T16:07:11.311145+00:00','step_taken','{"by":{"id":"U0ANA","name":"ana"},"confirmed":null,"kind":"step_taken","step":"s4","v":1}','acd77c86f1db0d46ad883f97a8245c56259cafb81b086fd4407a22858c2bee28');
INSERT INTO "facts" VALUES(29,'CB-1',14,'2026-11-27T16:07:11.406060+00:00','note_added','{"by":{"id":"U0BEN","name":"ben"},"kind":"note_added","step":null,"text":"note_added 5 by ben","v":1}','2c7acb113777433fb56d3ba80a7fbc90e9c393e29e76b366fb99f997f00546bd');
INSERT INTO "facts" VALUES(30,'CB-1',15,'2026-11-27T16:07:11.499083+00:00','step_failed','{"by":{"id":"U0BEN","name":"ben"},"kind":"step_failed","step":"s3","v":1,"what":"step_failed 6 by ben"}','c5103bd7d5ad02ec242652d15ab274fadba10a4889f3765b6ce0dcf158e429dc');
INSERT INTO "facts" VALUES(31,'CA-1',16,'2026-11-27T16:07:12.275343+00:00','step_done','{"by":{"id":"U0ANA","name":"ana"},"kind":"step_done","step":"s4","v":1}','4c2f5e40159f12036fc3e4361230b04b22fb66eb59998750187976866662b295');
INSERT INTO "facts" VALUES(32,'CB-1',16,'2026-11-27T16:07:12.346202+00:00','step_taken','{"by":{"id":"U0BEN","name":"ben"},"confirmed":null,"kind":"step_taken","step":"s3","v":1}','fbb2b98f28cd7e6cca33fa6c88a54e87858b7a644a857cd9b7fc4b9ed4d8d13e');
INSERT INTO "facts" VALUES(33,'CB-1',17,'2026-11-27T16:07:13.389696+00:00','step_skipped','{"by":{"id":"U0BEN","name":"ben"},"kind":"step_skipped","reason":"step_skipped 7 by ben","step":"s3","v":1}','bf299fa7a702cd960aadeb44185ba10ade93de35e2f6b860cdc95c0173a58413');
INSERT INTO "facts" VALUES(34,'CB-1',18,'2026-11-27T16:07:13.394216+00:00','step_taken','{"by":{"id":"U0BEN","name":"ben"},"confirmed":null,"kind":"step_taken","step":"s4","v":1}','226747521e586835f7c6acdc3d3875ac0b59a6ea63891e2cf638e747a4d66c96');
INSERT INTO "facts" VALUES(35,'CA-1',17,'2026-11-27T16:07:13.431042+00:00','closing_requested','{"by":{"id":"U0ANA","name":"ana"},"kind":"closing_requested","reasons":{"confirm:1":"Close… 6 by ana"},"v":1}','e0894326d0a8eb26115065b244043fd5e9852d77e755dd84d7519585682db441');
INSERT INTO "facts" VALUES(36,'CA-1',18,'2026-11-27T16:07:13.431042+00:00','check_requested','{"batch":"z17","by":{"id":"U0ANA","name":"ana"},"check":"works","kind":"check_requested","once":true,"request":"c18","step":null,"v":1,"wait":false}','c8ca56cf6f038c9ac61a2a724c8094a55895cd23f33950f519f038325512e164');
INSERT INTO "facts" VALUES(37,'CA-1',19,'2026-11-27T16:07:13.499255+00:00','check_observed','{"advance":null,"check":"works","final":true,"green":true,"kind":"check_observed","reason":null,"request":"c18","seen":[{"expectation":"/works equals true","held":true,"member":null,"seen":"true"}],"v":1}','37eddfb19ea1fffb5b70ebbf85853d896487401583f910722cbab94d277927ec');
INSERT INTO "facts" VALUES(38,'CA-1',20,'2026-11-27T16:07:13.499255+00:00','run_closed','{"by":{"id":"U0ANA","name":"ana"},"kind":"run_closed","reasons":{"confirm:1":"Close… 6 by ana"},"v":1}','a3c6b9315e586b30409d97922dfcc8a13c1ffc6e39089d5e237ddd47a459720a');
INSERT INTO "facts" VALUES(39,'CA-2',1,'2026-11-27T16:07:14.270494+00:00','run_started','{"by":{"id":"U0ANA","name":"ana"},"channel":"C0INCIDENTS","inputs":{"thing":"ana-2"},"kind":"run_started","procedure":{"checks":{"works":{"expect":[{"equals":true,"pointer":"/works"}],"get":"/works","target":"system","title":"It works"}},"estimate":"10m","id":"chore-ana","inputs":{"thing":{"description":"What","pattern":"[a-z0-9 -]+","required":true}},"owner":{"slack":"#trust-oncall","team":"trust-platform"},"review_every":"3650d","reviewed":"2026-11-01","schema":"procedure/v1","severity":"SEV3","steps":[{"check":"works","do":"See to {{ thing }}.","id":"s1","title":"Part 1"},{"do":"See to {{ thing }}.","id":"s2","title":"Part 2"},{"do":"See to {{ thing }}.","id":"s3","title":"Part 3"},{"do":"See to {{ thing }}.","id":"s4","title":"Part 4"}],"summary":"Some work.","symptoms":[{"text":"There is work to do"}],"title":"Chore of ana","verification":[{"check":"works"},{"confirm":"The work is done"}]},"source":"schema: procedure/v1\nid: chore-ana\ntitle: Chore of ana\nsummary: Some work.\nseverity: SEV3\nowner:\n  team: trust-platform\n  slack: ''#trust-oncall''\nestimate: 10m\nreviewed: ''2026-11-01''\nreview_every: 3650d\nsymptoms:\n- There is work to do\ninputs:\n  thing:\n    description: What\n    pattern: ''[a-z0-9 -]+''\n    required: true\nchecks:\n  works:\n    title: It works\n    target: system\n    get: /works\n    expect:\n    - pointer: /works\n      equals: true\nsteps:\n- id: s1\n  title: Part 1\n  do: See to {{ thing }}.\n  check: works\n- id: s2\n  title: Part 2\n  do: See to {{ thing }}.\n- id: s3\n  title: Part 3\n  do: See to {{ thing }}.\n- id: s4\n  title: Part 4\n  do: See to {{ thing }}.\nverification:\n- check: works\n- confirm: The work is done\n","source_sha256":"6828afcd80d40c8d042b497b0f5d2f2d54182843de278d7479bed188a6a1317e","team":"T0WORKSPACE","v":1}','3eba749c5418d3ec9261104c1fdffaf79286dd311b1a3303224c2cc1a5ad2a0b');
INSERT INTO "facts" VALUES(40,'CB-1',19,'2026-11-27T16:07:14.439846+00:00','step_failed','{"by":{"id":"U0BEN","name":"ben"},"kind":"step_failed","step":"s4","v":1,"what":"step_failed 8 by ben"}','2ac0501601409adbb7642c4b11dead0f14f516183ac09d2fc4b75a0668eab702');
INSERT INTO "facts" VALUES(41,'CA-2',2,'2026-11-27T16:07:14.590760+00:00','step_taken','{"by":{"id":"U0ANA","name":"ana"},"confirmed":null,"kind":"step_taken","step":"s1","v":1}','8e14930225cc08c0218c20a15447062f4f58e186300dea08ae08676043ed1102');
INSERT INTO "facts" VALUES(42,'CB-1',20,'2026-11-27T16:07:15.280245+00:00','step_taken','{"by":{"id":"U0BEN","name":"ben"},"confirmed":null,"kind":"step_taken","step":"s4","v":1}','c73483fd990468860d9e538a38a8f4d075ee541a04efe9da01e85b0fcfb9cf74');
INSERT INTO "facts" VALUES(43,'CA-2',3,'2026-11-27T16:07:15.758549+00:00','step_failed','{"by":{"id":"U0ANA","name":"ana"},"kind":"step_failed","step":"s1","v":1,"what":"step_failed 7 by ana"}','2c3f7485008f7e6343311f6d38f8c26dc4691650b447f2fe69e93816a8b9f894');
INSERT INTO "facts" VALUES(44,'CB-1',21,'2026-11-27T16:07:16.317539+00:00','step_done','{"by":{"id":"U0BEN","name":"ben"},"kind":"step_done","step":"s4","v":1}','38614948c5b86570e15317561568951965853da6573461322f11dbbec223b580');
INSERT INTO "facts" VALUES(45,'CA-2',4,'2026-11-27T16:07:16.600390+00:00','step_taken','{"by":{"id":"U0ANA","name":"ana"},"confirmed":null,"kind":"step_taken","step":"s1","v":1}','86062d3d708ac534b786146b3934176dce1175ff5e93db8794ce0b331e5404ed');
INSERT INTO "facts" VALUES(46,'CB-1',22,'2026-11-27T16:07:17.405257+00:00','closing_requested','{"by":{"id":"U0BEN","name":"ben"},"kind":"closing_requested","reasons":{"confirm:1":"Close… 9 by ben"},"v":1}','13fdffe999e492dd958458ebcf016ced12b93d17ad67a5c24dda49c01e04f582');
INSERT INTO "facts" VALUES(47,'CB-1',23,'2026-11-27T16:07:17.405257+00:00','check_requested','{"batch":"z22","by":{"id":"U0BEN","name":"ben"},"check":"works","kind":"check_requested","once":true,"request":"c23","step":null,"v":1,"wait":false}','648e052836b15b6e67847d76baa571a483beb17c58d96a9f0d04464df0094508');
INSERT INTO "facts" VALUES(48,'CB-1',24,'2026-11-27T16:07:17.409153+00:00','check_observed','{"advance":null,"check":"works","final":true,"green":true,"kind":"check_observed","reason":null,"request":"c23","seen":[{"expectation":"/works equals true","held":true,"member":null,"seen":"true"}],"v":1}','aabcdbf8ed059a5ac35fe201f8f8410333f051f3366a7b1202b232fe394c64dc');
INSERT INTO "facts" VALUES(49,'CB-1',25,'2026-11-27T16:07:17.409153+00:00','run_closed','{"by":{"id":"U0BEN","name":"ben"},"kind":"run_closed","reasons":{"confirm:1":"Close… 9 by ben"},"v":1}','ce9db76dc050e659b6bfa7edec56c4d3f6ff1b54e869ab17ee32e7430e30d8ed');
INSERT INTO "facts" VALUES(50,'CA-2',5,'2026-11-27T16:07:17.634838+00:00','step_done','{"by":{"id":"U0ANA","name":"ana"},"kind":"step_done","step":"s1","v":1}','5c9015720b2d84f443b30d5ae1ac97a2d7dd0fe6a5e92b5c7bfe49dc4e23eb88');
INSERT INTO "facts" VALUES(51,'CA-2',6,'2026-11-27T16:07:17.634838+00:00','check_requested','{"batch":null,"by":{"id":"U0ANA","name":"ana"},"check":"works","kind":"check_requested","request":"c6","step":"s1","v":1,"wait":false}','17ba5d801084bbaa4027f9607df6f490fbe98d57d7bc8dffdb485e71787e04de');
INSERT INTO "facts" VALUES(52,'CA-2',7,'2026-11-27T16:07:17.639158+00:00','check_observed','{"advance":null,"check":"works","final":true,"green":true,"kind":"check_observed","reason":null,"request":"c6","seen":[{"expectation":"/works equals true","held":true,"member":null,"seen":"true"}],"v":1}','fb64358a74156b25b9c368d05b9c84e2128adde0302dd2957f96101ba83bbbdd');
CREATE TABLE looks (
	run_id VARCHAR(100) NOT NULL, 
	request VARCHAR(40) NOT NULL, 
	due_at DOUBLE NOT NULL, 
	lease_until DOUBLE NOT NULL, 
	lease INTEGER NOT NULL, 
	CONSTRAINT pk_looks PRIMARY KEY (run_id, request), 
	CONSTRAINT fk_looks_run_id FOREIGN KEY(run_id) REFERENCES runs (run_id)
);
CREATE TABLE memberships (
	person VARCHAR(80) NOT NULL, 
	channel VARCHAR(80) NOT NULL, 
	inside BOOLEAN NOT NULL, 
	at DOUBLE NOT NULL, 
	CONSTRAINT pk_memberships PRIMARY KEY (person, channel)
);
CREATE TABLE "messages" (
	"key" VARCHAR(200) NOT NULL, 
	run_id VARCHAR(100) NOT NULL, 
	channel VARCHAR(80) NOT NULL, 
	ts VARCHAR(40), 
	wanted INTEGER NOT NULL, 
	shown INTEGER NOT NULL, 
	unsure BOOLEAN NOT NULL, 
	generation INTEGER NOT NULL, 
	rank SMALLINT DEFAULT '0' NOT NULL, 
	wanted_at DOUBLE DEFAULT '0' NOT NULL, 
	waiting_since DOUBLE DEFAULT '0' NOT NULL, 
	painted_at DOUBLE DEFAULT '0' NOT NULL, 
	due_at DOUBLE DEFAULT '0' NOT NULL, 
	lease_until DOUBLE DEFAULT '0' NOT NULL, 
	lease INTEGER DEFAULT '0' NOT NULL, 
	failures INTEGER DEFAULT '0' NOT NULL, 
	trace VARCHAR(60), 
	CONSTRAINT pk_messages PRIMARY KEY ("key"), 
	CONSTRAINT fk_messages_run_id FOREIGN KEY(run_id) REFERENCES runs (run_id)
);
INSERT INTO "messages" VALUES('CA-1/board','CA-1','C0INCIDENTS','1795795624.215990',20,20,0,0,0,1.79579563350011038773e+09,1.79579563343176198007e+09,1.79579563424875569346e+09,1.79579563524875569346e+09,0.0,11,0,NULL);
INSERT INTO "messages" VALUES('CB-1/board','CB-1','C0TRUSTONCALL','1795795624.209643',25,25,0,0,0,1.79579563740958285337e+09,1.79579563740590572359e+09,1.79579563826031160349e+09,1.79579563926031160348e+09,0.0,15,0,NULL);
INSERT INTO "messages" VALUES('CB-1/notice/10','CB-1','C0TRUSTONCALL','1795795627.659840',10,10,0,0,1,1.7957956275703802108e+09,1.7957956275703802108e+09,1.79579562763146781921e+09,1.7957956286314678192e+09,0.0,1,0,NULL);
INSERT INTO "messages" VALUES('CA-1/notice/14','CA-1','C0INCIDENTS','1795795630.555008',14,14,0,0,1,1.79579563046846961979e+09,1.79579563046846961979e+09,1.79579563052093553543e+09,1.79579563152093553543e+09,0.0,1,0,NULL);
INSERT INTO "messages" VALUES('CB-1/notice/15','CB-1','C0TRUSTONCALL','1795795631.723403',15,15,0,0,1,1.79579563149968791002e+09,1.79579563149968791002e+09,1.79579563153821516029e+09,1.79579563253821516033e+09,0.0,1,0,NULL);
INSERT INTO "messages" VALUES('CA-1/notice/20','CA-1','C0INCIDENTS','1795795633.574597',20,20,0,0,1,1.79579563350011038773e+09,1.79579563350011038773e+09,1.79579563354832458495e+09,1.79579563454832458494e+09,0.0,1,0,NULL);
INSERT INTO "messages" VALUES('CA-2/board','CA-2','C0INCIDENTS','1795795634.563290',7,7,0,0,0,1.7957956376395013332e+09,1.79579563763568592071e+09,1.79579563861432170866e+09,1.7957956396143217087e+09,0.0,5,0,NULL);
INSERT INTO "messages" VALUES('CB-1/notice/19','CB-1','C0TRUSTONCALL','1795795634.458339',19,19,0,0,1,1.7957956344403710365e+09,1.7957956344403710365e+09,1795795634.44941,1795795635.44941,0.0,1,0,NULL);
INSERT INTO "messages" VALUES('CA-2/notice/3','CA-2','C0INCIDENTS','1795795635.778355',3,3,0,0,1,1.79579563575899505615e+09,1.79579563575899505615e+09,1.79579563576199674607e+09,1.7957956367619967461e+09,0.0,1,0,NULL);
INSERT INTO "messages" VALUES('CB-1/notice/25','CB-1','C0TRUSTONCALL','1795795637.487502',25,25,0,0,1,1.79579563740958285337e+09,1.79579563740958285337e+09,1.79579563745996832841e+09,1.79579563845996832845e+09,0.0,1,0,NULL);
CREATE TABLE numbers (
	prefix VARCHAR(80) NOT NULL, 
	last INTEGER NOT NULL, 
	CONSTRAINT pk_numbers PRIMARY KEY (prefix)
);
INSERT INTO "numbers" VALUES('CA',2);
INSERT INTO "numbers" VALUES('CB',1);
CREATE TABLE paces (
	name VARCHAR(100) NOT NULL, 
	free_at DOUBLE NOT NULL, 
	CONSTRAINT pk_paces PRIMARY KEY (name)
);
INSERT INTO "paces" VALUES('users.conversations',1.79579563289340209965e+09);
INSERT INTO "paces" VALUES('post:C0INCIDENTS',1.7957956367619967461e+09);
INSERT INTO "paces" VALUES('post:C0TRUSTONCALL',1.79579563845996832845e+09);
INSERT INTO "paces" VALUES('chat.update',1.79579565879437541963e+09);
CREATE TABLE people (
	id VARCHAR(80) NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	team VARCHAR(80), 
	enterprise VARCHAR(80), 
	asked_at DOUBLE, 
	seen_at DOUBLE NOT NULL, 
	awaited DOUBLE NOT NULL, 
	due_at DOUBLE NOT NULL, 
	lease_until DOUBLE NOT NULL, 
	lease INTEGER NOT NULL, 
	failures INTEGER NOT NULL, 
	CONSTRAINT pk_people PRIMARY KEY (id)
);
INSERT INTO "people" VALUES('U0RUNBOOK','bot','T0WORKSPACE',NULL,1.79579562389340209962e+09,1.79579562376666808124e+09,0.0,1.79579862389340209958e+09,0.0,1,0);
INSERT INTO "people" VALUES('U0ANA','','T0WORKSPACE',NULL,1.79579562419410872458e+09,1.79579562416652321809e+09,0.0,1.79579862419410872455e+09,0.0,1,0);
INSERT INTO "people" VALUES('U0BEN','','T0WORKSPACE',NULL,1.79579562419410872458e+09,1.79579562416734313961e+09,0.0,1.79579862419410872455e+09,0.0,1,0);
CREATE TABLE procedure_texts (
	path VARCHAR(500) NOT NULL, 
	program VARCHAR(64) NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	source TEXT NOT NULL, 
	at DOUBLE NOT NULL, 
	CONSTRAINT pk_procedure_texts PRIMARY KEY (path, program)
);
INSERT INTO "procedure_texts" VALUES('chore-ana.yaml','f1302d3d5ed60efe52385e06a34ee3aaff9832165bc887946f92e1c4fdfc4f04','6828afcd80d40c8d042b497b0f5d2f2d54182843de278d7479bed188a6a1317e','schema: procedure/v1
id: chore-ana
title: Chore of ana
summary: Some work.
severity: SEV3
owner:
  team: trust-platform
  slack: ''#trust-oncall''
estimate: 10m
reviewed: ''2026-11-01''
review_every: 3650d
symptoms:
- There is work to do
inputs:
  thing:
    description: What
    pattern: ''[a-z0-9 -]+''
    required: true
checks:
  works:
    title: It works
    target: system
    get: /works
    expect:
    - pointer: /works
      equals: true
steps:
- id: s1
  title: Part 1
  do: See to {{ thing }}.
  check: works
- id: s2
  title: Part 2
  do: See to {{ thing }}.
- id: s3
  title: Part 3
  do: See to {{ thing }}.
- id: s4
  title: Part 4
  do: See to {{ thing }}.
verification:
- check: works
- confirm: The work is done
',1.7957956237068817616e+09);
INSERT INTO "procedure_texts" VALUES('chore-ben.yaml','f1302d3d5ed60efe52385e06a34ee3aaff9832165bc887946f92e1c4fdfc4f04','f78d1b09e80df05587ac8d53fe56ed7d34069ccacf9a7dce2edfef182aace594','schema: procedure/v1
id: chore-ben
title: Chore of ben
summary: Some work.
severity: SEV3
owner:
  team: trust-platform
  slack: ''#trust-oncall''
estimate: 10m
reviewed: ''2026-11-01''
review_every: 3650d
symptoms:
- There is work to do
inputs:
  thing:
    description: What
    pattern: ''[a-z0-9 -]+''
    required: true
checks:
  works:
    title: It works
    target: system
    get: /works
    expect:
    - pointer: /works
      equals: true
steps:
- id: s1
  title: Part 1
  do: See to {{ thing }}.
  check: works
- id: s2
  title: Part 2
  do: See to {{ thing }}.
- id: s3
  title: Part 3
  do: See to {{ thing }}.
- id: s4
  title: Part 4
  do: See to {{ thing }}.
verification:
- check: works
- confirm: The work is done
',1.7957956237068817616e+09);
CREATE TABLE runs (
	run_id VARCHAR(100) NOT NULL, 
	prefix VARCHAR(80) NOT NULL, 
	number INTEGER NOT NULL, 
	procedure_id VARCHAR(80) NOT NULL, 
	title TEXT NOT NULL, 
	channel VARCHAR(80) NOT NULL, 
	started_by VARCHAR(80) NOT NULL, 
	started_at VARCHAR(32) NOT NULL, 
	open BOOLEAN NOT NULL, 
	facts INTEGER NOT NULL, 
	head VARCHAR(64) NOT NULL, 
	first BIGINT NOT NULL, 
	CONSTRAINT pk_runs PRIMARY KEY (run_id), 
	CONSTRAINT uq_runs_prefix UNIQUE (prefix, number)
);
INSERT INTO "runs" VALUES('CA-1','CA',1,'chore-ana','Chore of ana','C0INCIDENTS','U0ANA','2026-11-27T16:07:04.162432+00:00',0,20,'a3c6b9315e586b30409d97922dfcc8a13c1ffc6e39089d5e237ddd47a459720a',1);
INSERT INTO "runs" VALUES('CB-1','CB',1,'chore-ben','Chore of ben','C0TRUSTONCALL','U0BEN','2026-11-27T16:07:04.162538+00:00',0,25,'ce9db76dc050e659b6bfa7edec56c4d3f6ff1b54e869ab17ee32e7430e30d8ed',2);
INSERT INTO "runs" VALUES('CA-2','CA',2,'chore-ana','Chore of ana','C0INCIDENTS','U0ANA','2026-11-27T16:07:14.270494+00:00',1,7,'fb64358a74156b25b9c368d05b9c84e2128adde0302dd2957f96101ba83bbbdd',39);
CREATE TABLE timers (
	run_id VARCHAR(100) NOT NULL, 
	name VARCHAR(100) NOT NULL, 
	due_at DOUBLE NOT NULL, 
	CONSTRAINT pk_timers PRIMARY KEY (run_id, name), 
	CONSTRAINT fk_timers_run_id FOREIGN KEY(run_id) REFERENCES runs (run_id)
);
CREATE INDEX ix_runs_first ON runs (first);
CREATE INDEX ix_runs_channel ON runs (channel, open);
CREATE INDEX ix_messages_place ON messages (channel, ts);
CREATE INDEX ix_messages_dirty ON messages (rank, wanted_at) WHERE wanted > shown;
CREATE INDEX ix_deliveries_at ON deliveries (at);
CREATE INDEX ix_looks_due_at ON looks (due_at);
CREATE INDEX ix_timers_due_at ON timers (due_at);
CREATE INDEX ix_people_due_at ON people (due_at);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('facts',52);
COMMIT;
