-- The role that the platform works with, and its database: it owns that one and may
-- nothing else. Run by psql as PostgreSQL's administrator; running it again does no harm.
\set ON_ERROR_STOP on
\set password `cat "$FER_DATABASE_PASSWORD_FILE"`

SELECT 'CREATE ROLE classmood'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'classmood') \gexec
SET log_statement = 'none';
SET log_min_duration_statement = -1;
ALTER ROLE classmood LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
  PASSWORD :'password';

SELECT 'CREATE DATABASE classmood OWNER classmood'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'classmood') \gexec
REVOKE ALL ON DATABASE classmood, postgres, template1 FROM PUBLIC;

\connect classmood
REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER SCHEMA public OWNER TO classmood;
