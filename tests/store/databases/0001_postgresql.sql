-- A database as the first migration (0001) left it. Never edit: it stands for what users have.
CREATE TABLE tagline_version ( version_num VARCHAR(32) NOT NULL, CONSTRAINT tagline_version_pkc PRIMARY KEY (version_num) );
CREATE TABLE projects ( id SERIAL NOT NULL, name VARCHAR(500) NOT NULL, created_at TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT pk_projects PRIMARY KEY (id), CONSTRAINT uq_projects_name UNIQUE (name) );
CREATE TABLE runs ( id SERIAL NOT NULL, project_id INTEGER NOT NULL, name VARCHAR(500) NOT NULL, created_at TIMESTAMP WITH TIME ZONE NOT NULL, description TEXT NOT NULL, label TEXT, prediction TEXT NOT NULL, examples_version BIGINT NOT NULL, examples_fingerprint VARCHAR(64) NOT NULL, predictions_version BIGINT NOT NULL, predictions_fingerprint VARCHAR(64) NOT NULL, predictions BIGINT NOT NULL, parameters JSON NOT NULL, CONSTRAINT pk_runs PRIMARY KEY (id), CONSTRAINT fk_runs_project_id_projects FOREIGN KEY(project_id) REFERENCES projects (id) ON DELETE CASCADE, CONSTRAINT uq_runs_project_id_name UNIQUE (project_id, name) );
INSERT INTO tagline_version (version_num) VALUES ('0001');
INSERT INTO projects (id, name, created_at) VALUES (1, 'speech', '2026-11-20 08:00:00+00');
INSERT INTO runs (id, project_id, name, created_at, description, label, prediction, examples_version, examples_fingerprint, predictions_version, predictions_fingerprint, predictions, parameters) VALUES (1, 1, 'baseline', '2026-11-20 09:30:00+00', '', 'y', 'yhat', 1, 'eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee', 1, 'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff', 1000, '{"depth": 3}');
SELECT setval('projects_id_seq', 1);
SELECT setval('runs_id_seq', 1);
